-- Attempts to deliver events on one day, UTC, of organizations that have a quota of them: for all processes, and beside the
-- worlds, so that no reset gives one back.
create table widgets_mock.delivery_counts (
  organization text primary key,
  day date not null,
  attempts bigint not null
);
