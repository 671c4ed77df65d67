-- Who is signed in may be asked for a name or an address that the word of their site does not carry. What they say then stands beside it, and
-- is a claim like any other: an answer may be mailed there, and nothing of a customer who has that address opens.
alter table visitor add column claims text[] not null default '{}';
