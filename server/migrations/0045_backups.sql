-- What is true of this installation, whatever the workspace. One row. `held_since`: it was restored, and sends nothing until somebody
-- lets it. `key_check` opens only with the key that seals its secrets.
create table installation (
  one boolean primary key default true check (one),
  held_since timestamptz,
  held_from text not null default '',
  released_at timestamptz,
  released_by text not null default '',
  key_check bytea
);
insert into installation default values;

-- Backups that were made or tried. They belong to the installation: each holds every workspace.
create table backup (
  id uuid primary key,
  place text not null,
  state text not null default 'running' check (state in ('running', 'done', 'failed')),
  scheduled boolean not null default false,
  progress real not null default 0,
  bytes bigint not null default 0,
  size bigint not null default 0,
  encrypted boolean not null default false,
  reason text not null default '',
  began_at timestamptz not null default now(),
  ended_at timestamptz
);
create index backup_began on backup (began_at desc);
