-- Who took part, and who was asked beside the customer, before an answer or forward changed it: taking it back gives it back.
alter table message add column people_before jsonb;
