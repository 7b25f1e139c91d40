import type { Statement } from "./database.ts";
import { movedFlag, sentFlag } from "./row-text.ts";

/** How long a delivery is believed to be on its way: longer than any receiver may take. */
const leaseSeconds = 20;
/** The first number of the locks that processes hold while they live; the second is their own. */
export const aliveLock = 0x77_6d_63_6b;
/** The lock of those who write records: one after the other, so that later ones have larger numbers. */
export const recordsLock = aliveLock + 1;
/** The lock of whoever migrates. */
export const migrationLock = aliveLock + 2;
/** So many rows of records are read at once. */
export const recordsAtOnce = 1000;
/** The channel on which processes hear of records. */
export const channel = "widgets_mock";

const now = "floor(extract(epoch from clock_timestamp()) * 1000)::float8";
/** Versions of a new world begin with the time, so that no later one has a version twice. */
const firstVersion = "floor(extract(epoch from clock_timestamp()) * 1000000)::bigint";
const schema = "(select max(number) from widgets_mock.migrations)";

/** Creates worlds, beside those who do the same. What all share is locked, so that it is not all reset meanwhile. */
export const lockShared: Statement = {
  name: "lock-shared",
  text: "select 1 from widgets_mock.worlds where organization = '' for share",
};
export const createWorlds: Statement = {
  name: "create-worlds",
  text: `
    insert into widgets_mock.worlds (organization, version, complete_since)
    select organization, version, version
    from (select organization, ${firstVersion} as version from unnest($1::text[]) as organization order by 1) as fresh
    on conflict (organization) do nothing`,
};

const locked = (which: string, how: string): string => `
  with locked as materialized (
    select organization, version, complete_since from widgets_mock.worlds
    where ${which} order by organization ${how}
  ), heads as (
    select *, true as is_locked from locked
    union all
    select organization, version, complete_since, false from widgets_mock.worlds
    where organization = '' and not exists (select from locked where organization = '')
  )
  select heads.*, ${now} as now, ${schema} as schema, pg_current_xact_id()::text as transaction from heads`;

/** Locks worlds, in the order of all who do so. What all share is looked at as well. */
export const lockWorlds: Statement = {
  name: "lock-worlds",
  text: locked("organization = any($1::text[])", "for update"),
};
/** The same without those that another process has. */
export const lockFreeWorlds: Statement = {
  name: "lock-free-worlds",
  text: locked("organization = any($1::text[])", "for update skip locked"),
};
export const lockAllWorlds: Statement = { name: "lock-all-worlds", text: locked("true", "for update") };

/** A subquery that stays one, so that it is answered by the index of both columns, however few rows the planner expects. */
const newerRows = `
  lateral (
    select r.kind, r.key, r.json, r.version, r.placed, r.nth from widgets_mock.rows r
    where r.organization = known.organization and r.version > known.version and (r.json is not null or known.version >= 0)
    offset 0
  ) as r on true
  order by r.placed, abs(r.nth)`;

/** What was written since the versions that are known; all of a world whose version is -1. */
export const rowsSince: Statement = {
  name: "rows-since",
  text: `
    select known.organization, r.kind, r.key, r.json, r.version, r.placed
    from unnest($1::text[], $2::bigint[]) as known (organization, version)
    join ${newerRows}`,
};

const looked = (from: string): string => `
  select known.organization, known.head as version, known.complete_since, ${now} as now, ${schema} as schema,
    r.kind, r.key, r.json, r.version as row_version, r.placed
  from (
    select w.organization, w.version as head, w.complete_since, coalesce(given.version, -1) as version from ${from} offset 0
  ) as known
  left join ${newerRows}`;
const given = "unnest($1::text[], $2::bigint[]) as given (organization, version)";

/** The versions of worlds with what was written since those that are known: as it was at one instant. */
export const lookAtWorlds: Statement = {
  name: "look-at-worlds",
  text: looked(`${given} join widgets_mock.worlds w on w.organization = given.organization`),
};
export const lookAtAllWorlds: Statement = {
  name: "look-at-all-worlds",
  text: looked(`widgets_mock.worlds w left join ${given} on w.organization = given.organization`),
};

/** The latest records of worlds, of those after the ones that are known, in their order. */
export const latestRecords: Statement = {
  name: "latest-records",
  text: `
    select known.organization, latest.id, latest.kind, latest.json
    from unnest($1::text[], $2::bigint[]) as known (organization, id)
    cross join (values ('request', $3::int), ('happening', $4::int)) as wanted (kind, count)
    cross join lateral (
      select id, kind, json from (
        select id, kind, json, sum(count) over (order by id desc) - count as later from widgets_mock.records r
        where r.organization = known.organization and r.kind = wanted.kind and r.id > known.id
      ) as counted where later < wanted.count
    ) as latest
    order by latest.id`,
};

export const clearRows: Statement = {
  name: "clear-rows",
  text: "delete from widgets_mock.rows where organization = any($1::text[])",
};
export const removeWorlds: Statement = {
  name: "remove-worlds",
  text: `
    with gone as (delete from widgets_mock.worlds where organization = any($1::text[]) returning organization),
    records as (delete from widgets_mock.records where organization = any($1::text[]))
    delete from widgets_mock.rows where organization = any($1::text[])`,
};
export const clearRecords: Statement = {
  name: "clear-records",
  text: "delete from widgets_mock.records where organization = any($1::text[])",
};

/** Writes what commands have changed: the heads of their worlds, and rows. */
export const writeRows: Statement = {
  name: "write-rows",
  text: `
    with heads as (
      update widgets_mock.worlds w
      set version = o.version, wake_at = o.wake_at, is_blank = o.is_blank, used_at = clock_timestamp(),
        complete_since = case when o.is_whole then o.version else w.complete_since end
      from unnest($1::text[], $2::bigint[], $3::float8[], $4::bool[], $5::bool[])
        as o (organization, version, wake_at, is_blank, is_whole)
      where w.organization = o.organization
    )
    insert into widgets_mock.rows as old (organization, kind, key, placed, nth, version, json, sent_by, leased_until)
    select ($1::text[])[r.world], r.kind, coalesce(r.key, ''), ($2::bigint[])[r.world],
      case when r.flags & ${movedFlag} = 0 then r.nth::int else -r.nth::int end, ($2::bigint[])[r.world], r.json,
      case when r.flags & ${sentFlag} <> 0 then $11::bigint end,
      case when r.flags & ${sentFlag} <> 0 then clock_timestamp() + interval '${leaseSeconds} seconds' end
    from unnest(
      $6::int[], string_to_array($7, E'\\x01'), string_to_array($8, E'\\x01'),
      string_to_array($9, E'\\x01', E'\\x02'), $10::int[]
    ) with ordinality as r (world, kind, key, json, flags, nth)
    on conflict (organization, kind, key) do update set
      placed = case when old.json is null or excluded.nth < 0 then excluded.placed else old.placed end,
      nth = case when old.json is null or excluded.nth < 0 then excluded.nth else old.nth end,
      version = excluded.version, json = excluded.json, sent_by = excluded.sent_by, leased_until = excluded.leased_until`,
};

/** Whether a transaction was committed whose connection broke meanwhile. */
export const transactionStatus: Statement = {
  name: "transaction-status",
  text: "select pg_xact_status($1::xid8) as status",
};

/** Whether any row has one of the versions that a transaction has written. */
export const writtenVersions: Statement = {
  name: "written-versions",
  text: `
    with written as (select * from unnest($1::text[], $2::bigint[]) as o (organization, version))
    select exists (select from widgets_mock.worlds join written using (organization, version))
      or exists (select from widgets_mock.rows join written using (organization, version)) as is_there`,
};

/** The organization of a widget, which its visitors do not name. */
export const ownerOf: Statement = {
  name: "owner-of",
  text: "select organization from widgets_mock.rows where key = $1 and kind in ('widget', 'deleted') and json is not null",
};

/** Worlds whose next task is due, and which no process has at the moment: their own has had its time. */
export const dueWorlds: Statement = {
  name: "due-worlds",
  text: `
    select organization from widgets_mock.worlds
    where wake_at < ${now} - $1::float8 order by wake_at limit 200 for update skip locked`,
};

const today = "(clock_timestamp() at time zone 'UTC')::date";

/** Counts an attempt to deliver an event; no row for one more than there may be on a day. */
export const takeDelivery: Statement = {
  name: "take-delivery",
  text: `
    insert into widgets_mock.delivery_counts as old (organization, day, attempts) values ($1, ${today}, 1)
    on conflict (organization) do update set
      day = excluded.day, attempts = case when old.day = excluded.day then old.attempts + 1 else 1 end
    where old.day <> excluded.day or old.attempts < $2::bigint
    returning attempts`,
};
export const deliveriesToday: Statement = {
  name: "deliveries-today",
  text: `
    select organization, attempts from widgets_mock.delivery_counts
    where organization = any($1::text[]) and day = ${today}`,
};
export const forgetDeliveryCounts: Statement = {
  name: "forget-delivery-counts",
  text: `delete from widgets_mock.delivery_counts where day < ${today}`,
};

/** What whoever watches the database wants to know. */
export const figures: Statement = {
  name: "figures",
  text: `
    select count(*)::float8 as due, coalesce(max(${now} - wake_at), 0)::float8 / 1000 as lag,
      (select count(*)::float8 from widgets_mock.rows where sent_by is not null) as on_their_way,
      (select count(*)::float8 - 1 from widgets_mock.worlds) as worlds
    from widgets_mock.worlds where wake_at < ${now}`,
};

const summaries = `
  select organization,
    (select json from widgets_mock.rows r where r.organization = p.organization and kind = 'world' and key = '') as head,
    (select count(*) from widgets_mock.rows r
      where r.organization = p.organization and kind = 'widget' and json is not null)::float8 as widgets,
    (select coalesce(sum(count), 0) from widgets_mock.records r
      where r.organization = p.organization and kind = 'request')::float8 as requests
  from page p`;

/** A page of all worlds in which something was written, by the names of their organizations, beside their number; that alone if the page is empty. */
export const listWorlds: Statement = {
  name: "list-worlds",
  text: `
    with written as (
      select organization from widgets_mock.worlds w
      where organization <> '' and exists (
        select from widgets_mock.rows r where r.organization = w.organization and kind = 'world' and key = ''
      )
    ), page as (select organization from written order by organization offset $1 limit $2)
    select total, found.*
    from (select count(*)::float8 as total from written) as counted
    left join (${summaries}) as found on true order by organization`,
};

/** The worlds of some organizations. */
export const summariesOf: Statement = {
  name: "summaries-of",
  text: `
    with page as (
      select organization from widgets_mock.rows where organization = any($1::text[]) and kind = 'world' and key = ''
    )
    ${summaries}`,
};

const alive = `
  select l.objid::bigint from pg_locks l join pg_database d on d.oid = l.database
  where l.locktype = 'advisory' and l.classid = ${aliveLock} and l.objsubid = 2 and d.datname = current_database()`;

/** Takes over deliveries that were on their way: their process is dead, or has taken too long. */
export const takeDeliveries: Statement = {
  name: "take-deliveries",
  text: `
    update widgets_mock.rows
    set sent_by = $1::bigint, leased_until = clock_timestamp() + interval '${leaseSeconds} seconds'
    where (organization, kind, key) in (
      select organization, kind, key from widgets_mock.rows
      where sent_by is not null and (leased_until < clock_timestamp() or sent_by not in (${alive}))
      limit 200 for update skip locked
    )
    returning organization, key`,
};

/**
 * Writes records, and tells other processes of it. One process after the other, so that whoever has seen a number has seen
 * all that are smaller; nobody waits until they are on the disk, since they may be lost.
 */
export const writeRecords: Statement = {
  name: "write-records",
  text: `
    with turn as materialized (
      select pg_advisory_xact_lock(${recordsLock}), set_config('synchronous_commit', 'off', true)
    ), written as (
      insert into widgets_mock.records (organization, kind, count, json, run)
      select coalesce(r.organization, ''), r.kind, r.count, r.json, $5::bigint
      from turn, unnest(
        string_to_array($1, E'\\x01'), string_to_array($2, E'\\x01'), $3::int[], string_to_array($4, E'\\x01')
      ) with ordinality as r (organization, kind, count, json, nth)
      order by r.nth
      returning id
    )
    select pg_notify('${channel}', $5::text || ' ' || max(id)) from written`,
};
/** Records of other processes after one that is known, with the latest of all that could be seen. */
export const recordsAfter: Statement = {
  name: "records-after",
  text: `
    select latest.id as latest, r.id, r.organization, r.kind, r.json
    from (select coalesce(max(id), 0) as id from widgets_mock.records) as latest
    left join lateral (
      select id, organization, kind, json from widgets_mock.records
      where id > $1::bigint and run <> $2::bigint order by id limit ${recordsAtOnce}
    ) as r on true
    order by r.id`,
};
export const latestRecord: Statement = {
  name: "latest-record",
  text: "select coalesce(max(id), 0) as id from widgets_mock.records",
};
/** Forgets the oldest records of worlds. */
export const trimRecords: Statement = {
  name: "trim-records",
  text: `
    delete from widgets_mock.records r
    using (
      select counted.id
      from unnest($1::text[]) as w (organization)
      cross join (values ('request', $2::int), ('happening', $3::int)) as c (kind, count)
      cross join lateral (
        select id, sum(count) over (order by id desc) - count as later from widgets_mock.records k
        where k.organization = w.organization and k.kind = c.kind
      ) as counted
      where counted.later >= c.count
    ) as old
    where r.id = old.id`,
};

/** Forgets rows that were removed a while ago, of worlds that nobody has at the moment; older copies are loaded anew. */
export const forgetRemoved: Statement = {
  name: "forget-removed",
  text: `
    with worlds as (
      select organization, version from widgets_mock.worlds w
      where used_at < clock_timestamp() - interval '10 minutes'
        and exists (select from widgets_mock.rows r where r.organization = w.organization and r.json is null)
      limit 100 for update skip locked
    ), marked as (
      update widgets_mock.worlds w set complete_since = w.version from worlds where w.organization = worlds.organization
    )
    delete from widgets_mock.rows r using worlds where r.organization = worlds.organization and r.json is null`,
};

/** Worlds that are used at the moment, so that they are not taken for idle. */
export const touchWorlds: Statement = {
  name: "touch-worlds",
  text: "update widgets_mock.worlds set used_at = clock_timestamp() where organization = any($1::text[])",
};
export const idleWorlds: Statement = {
  name: "idle-worlds",
  text: `
    select organization from widgets_mock.worlds
    where organization <> '' and used_at < clock_timestamp() - make_interval(secs => $1::float8)
    limit 200 for update skip locked`,
};
