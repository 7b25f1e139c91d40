-- A row has the records of one kind that a process has written of an organization at once: their JSON, one on each line.
alter table widgets_mock.records add column count integer not null default 1;
alter table widgets_mock.records alter column count drop default;
