-- The team took a page off. It stays off: what the company's address shows is not for somebody outside to put back.
alter table praise add column hidden_at timestamptz;
