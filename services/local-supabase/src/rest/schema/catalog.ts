/**
 * The catalog in one statement. Under an empty `search_path` Postgres qualifies every type, default
 * and function it prints, so that those texts mean the same wherever they are used.
 */
export const CATALOG_SQL = `
with user_relations as (
  select c.oid, n.nspname, c.relname, c.relkind
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'v', 'm', 'f', 'p') and not c.relispartition
    and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_%'
)
select
  (select coalesce(json_agg(json_build_object(
      'oid', r.oid::text, 'schema', r.nspname, 'name', r.relname, 'isView', r.relkind in ('v', 'm'),
      'columns', (
        select coalesce(json_agg(json_build_object(
            'number', a.attnum, 'name', a.attname,
            'type', pg_catalog.format_type(a.atttypid, a.atttypmod),
            'default', case
              when a.attidentity <> '' then pg_catalog.format('nextval(%L::regclass)',
                pg_catalog.pg_get_serial_sequence(pg_catalog.format('%I.%I', r.nspname, r.relname), a.attname))
              when a.attgenerated = '' then pg_catalog.pg_get_expr(d.adbin, d.adrelid)
            end) order by a.attnum), '[]')
        from pg_catalog.pg_attribute a
        left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped),
      'definition', case when r.relkind in ('v', 'm') then (
        select w.ev_action::text from pg_catalog.pg_rewrite w where w.ev_class = r.oid and w.rulename = '_RETURN') end
    )), '[]') from user_relations r) as relations,
  (select coalesce(json_agg(json_build_object('relation', k.conrelid::text, 'columns', k.conkey, 'isPrimary', k.contype = 'p')
      order by k.conname), '[]')
    from pg_catalog.pg_constraint k
    where k.contype in ('p', 'u') and k.conrelid in (select oid from user_relations)) as keys,
  (select coalesce(json_agg(json_build_object('name', k.conname, 'relation', k.conrelid::text, 'columns', k.conkey,
      'target', k.confrelid::text, 'targetColumns', k.confkey) order by k.conname), '[]')
    from pg_catalog.pg_constraint k
    where k.contype = 'f' and k.conparentid = 0 and k.conrelid in (select oid from user_relations)
      and k.confrelid in (select oid from user_relations)) as foreign_keys,
  (select coalesce(json_agg(json_build_object(
      'schema', n.nspname, 'name', p.proname, 'isVolatile', p.provolatile = 'v', 'rows', p.prorows,
      'returnsSet', p.proretset, 'isVoid', p.prorettype = 'void'::regtype,
      'isComposite', t.typtype = 'c' or t.oid = 'record'::regtype
        or coalesce(p.proargmodes::text[] && '{t,b,o}', false),
      'relation', t.typrelid::text,
      'timeout', (select pg_catalog.substr(x.setting, 19) from unnest(p.proconfig) as x(setting)
        where x.setting like 'statement\\_timeout=%'),
      'outputs', (select json_agg(x.name order by x.at) from unnest(p.proargnames, p.proargmodes)
        with ordinality as x(name, mode, at) where x.mode in ('t', 'b', 'o')),
      'parameters', (select coalesce(json_agg(json_build_object(
          'name', coalesce(p.proargnames[x.at], ''), 'type', pg_catalog.format_type(x.type, null),
          'relation', xt.typrelid::text, 'isVariadic', coalesce(x.mode = 'v', false)) order by x.at), '[]')
        from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[]), p.proargmodes) with ordinality as x(type, mode, at)
        join pg_catalog.pg_type xt on xt.oid = x.type
        where coalesce(x.mode, 'i') in ('i', 'b', 'v')),
      'defaults', p.pronargdefaults) order by p.proname, p.oid), '[]')
    from pg_catalog.pg_proc p
    join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    join pg_catalog.pg_type t on t.oid = p.prorettype
    where p.prokind = 'f' and n.nspname = any($1) and t.oid not in ('trigger'::regtype, 'event_trigger'::regtype)) as routines,
  (select coalesce(json_agg(json_build_array(t.typname, n.nspname)), '[]')
    from pg_catalog.pg_type t
    join pg_catalog.pg_namespace n on n.oid = t.typnamespace
    where t.typcategory <> 'A' and t.typtype in ('b', 'd', 'e', 'r', 'm')
      and (n.nspname in ('pg_catalog', 'public', 'extensions') or n.nspname = any($1))) as types,
  (select coalesce(json_object_agg(a.rolname, pg_catalog.substr(x.setting, 19)), '{}')
    from pg_catalog.pg_db_role_setting s
    join pg_catalog.pg_roles a on a.oid = s.setrole,
    unnest(s.setconfig) as x(setting)
    where s.setdatabase = 0 and x.setting like 'statement\\_timeout=%') as timeouts`;

/** PostgREST's settings in the database: `alter role authenticator set pgrst.db_max_rows = 500`. */
export const SETTINGS_SQL = `
select pg_catalog.split_part(x.setting, '=', 1) as name, pg_catalog.substr(x.setting, pg_catalog.strpos(x.setting, '=') + 1) as value
from pg_catalog.pg_db_role_setting s
join pg_catalog.pg_roles a on a.oid = s.setrole and a.rolname = 'authenticator',
unnest(s.setconfig) as x(setting)
where x.setting like 'pgrst.%'`;

/** The row that `CATALOG_SQL` gives. Numbers of columns are `attnum`, oids are text. */
export interface Catalog {
  relations: {
    oid: string;
    schema: string;
    name: string;
    isView: boolean;
    columns: { number: number; name: string; type: string; default: string | null }[];
    /** A view's parsed query, as `pg_node_tree` text. */
    definition: string | null;
  }[];
  keys: { relation: string; columns: number[]; isPrimary: boolean }[];
  foreign_keys: {
    name: string;
    relation: string;
    columns: number[];
    target: string;
    targetColumns: number[];
  }[];
  routines: {
    schema: string;
    name: string;
    isVolatile: boolean;
    rows: number;
    returnsSet: boolean;
    isVoid: boolean;
    isComposite: boolean;
    /** The relation whose row it returns, `0` for none. */
    relation: string;
    /** Its own `statement_timeout`. */
    timeout: string | null;
    outputs: string[] | null;
    parameters: { name: string; type: string; relation: string; isVariadic: boolean }[];
    /** How many of the last parameters have defaults. */
    defaults: number;
  }[];
  types: [name: string, schema: string][];
  timeouts: Record<string, string>;
}
