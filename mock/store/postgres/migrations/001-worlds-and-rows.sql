-- What must be the same for every process that opens the store.
create table widgets_mock.origin (
  is_only boolean primary key default true check (is_only),
  -- The document and dialect of its worlds, by a digest, and for messages by name.
  document text not null,
  dialect text not null,
  version text not null
);

-- The processes that have opened the store, each with a number of its own.
create sequence widgets_mock.runs minvalue 0;

-- One row for each organization; '' is what all of them share. A command locks it.
create table widgets_mock.worlds (
  organization text primary key,
  -- Grows with each command. It begins with the time of creation, so that no version is given twice where a world was removed.
  version bigint not null,
  -- A copy that is older than this is loaded anew: rows were removed without a trace.
  complete_since bigint not null,
  -- When its next task is due, in milliseconds since the epoch, real time.
  wake_at double precision,
  -- True if nothing was ever created or changed in it.
  is_blank boolean not null default true,
  used_at timestamptz not null default clock_timestamp()
) with (fillfactor = 70);
create index worlds_wake on widgets_mock.worlds (wake_at) where wake_at is not null;

-- The parts of a world, as a snapshot has them.
create table widgets_mock.rows (
  organization text not null,
  kind text not null,
  key text not null,
  -- The order within a kind.
  placed bigint not null,
  nth integer not null,
  -- The version of the world that wrote it last.
  version bigint not null,
  -- Null for a row that was removed, until every copy has heard of it.
  json text,
  -- For a delivery on its way: who sends it, and until when it is believed of a process that is alive.
  sent_by bigint,
  leased_until timestamptz,
  primary key (organization, kind, key)
);
create index rows_changed on widgets_mock.rows (organization, version);
create index rows_owner on widgets_mock.rows (key) where kind in ('widget', 'deleted');
create index rows_removed on widgets_mock.rows (organization) where json is null;
create index rows_sent on widgets_mock.rows (sent_by) where sent_by is not null;

-- Recorded requests and happenings: written in batches, one after the other, and lost with a process.
create table widgets_mock.records (
  id bigint generated always as identity primary key,
  organization text not null,
  kind text not null,
  json text not null,
  run bigint not null
);
create index records_by_organization on widgets_mock.records (organization, kind, id);
