-- "Try the connection" kept what it had tried as its answer for a repeated request, passwords with it, until the row was a day or two old.
delete from idempotency where reply ?& array['settings', 'secrets'];
