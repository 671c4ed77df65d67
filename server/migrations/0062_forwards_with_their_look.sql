-- What is passed on in a forward, as safe HTML; null where plain words are all there is. `quote` always says the same in plain words.
alter table message add column quote_html text;
-- What came back to the customer one plays, as it looked.
alter table practice_mail add column html text;
