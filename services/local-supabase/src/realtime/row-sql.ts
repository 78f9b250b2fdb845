import pg from "pg";
import type { TextRow } from "./wal.ts";

/** A table as the catalog describes it, under one version of its columns. */
export interface Table {
  oid: number;
  name: string;
  columns: Column[];
  key: Column[];
}

export interface Column {
  name: string;
  /** As clients are told, `int8`. */
  typeName: string;
  /** As SQL writes it, `bigint`. */
  type: string;
}

/**
 * One call asks as every identity in turn: separate statements, because policies that read the claims within a
 * sub-select are evaluated once per statement. As the function is `stable` all of them see the caller's snapshot. Each
 * answer is an array of row numbers, negative where a policy failed. A row is looked up in a sub-select that cannot become
 * a join: joined, the policy would be asked about every row of the table.
 */
export function visibilityFunction(table: Table): string {
  const isVisible = (n: string): string =>
    `(select true from ${table.name} t where ${keyCondition(table, "keys", n)})`;
  return `create or replace function ${functionName(table)}(keys text[], roles text[], claims text[], wanted text[])
    returns text[] language plpgsql stable as $visible$
    #variable_conflict use_variable
    declare
      answers text[] := '{}';
      asked int[];
      answer int[];
      present_role text;
      is_role boolean;
      n int;
    begin
      for i in 1 .. cardinality(claims) loop
        if roles[i] is distinct from present_role then
          present_role := roles[i];
          begin
            perform set_config('role', present_role, true);
            is_role := true;
          exception when others then
            is_role := false;
          end;
        end if;
        answers[i] := '{}';
        continue when not is_role;
        begin
          perform set_config('request.jwt.claims', claims[i], true);
          asked := wanted[i];
          if cardinality(asked) > 1 then
            answers[i] := array(select r.n from unnest(asked) r(n) where ${isVisible("r.n")});
          elsif ${isVisible("asked[1]")} then
            answers[i] := asked;
          end if;
        exception when others then
          perform set_config('request.jwt.claims', claims[i], true);
          answer := '{}';
          foreach n in array asked loop
            begin
              if ${isVisible("n")} then
                answer := answer || n;
              end if;
            exception when others then
              answer := answer || -n;
            end;
          end loop;
          answers[i] := answer;
        end;
      end loop;
      perform set_config('role', 'none', true);
      return answers;
    end $visible$`;
}

/** `$1` are the keys, `$2` their number, `$3` to `$5` the questions, `$6` to `$8` those of `privilegesSql`. */
export function seeSql(table: Table): string {
  return `select case when t.ctid is not null then array[${jsonColumns(table, "t")}] end as values,
      t.xmin::text::int8 as xmin,
      case when g.n = 1 then ${functionName(table)}($1, $3, $4, $5) end as seen,
      p.*
    from generate_series(1, $2::int) g(n)
    left join ${table.name} t on ${keyCondition(table, "($1::text[])", "g.n")}
    left join (select ${privilegesSql("$6", "$7", "$8")}) p on g.n = 1
    order by g.n`;
}

function functionName({ oid }: Table): string {
  return `pg_temp.realtime_visible_${oid}`;
}

function keyCondition(table: Table, keys: string, n: string): string {
  const { length } = table.key;
  return table.key
    .map(({ name, type }, i) => {
      const key = `${keys}[(${n} - 1) * ${length} + ${i + 1}]::${type}`;
      return `t.${pg.escapeIdentifier(name)} = ${key}`;
    })
    .join(" and ");
}

/** All columns of a row, each as JSON. */
export function jsonColumns(table: Table, alias: string): string {
  return table.columns
    .map(({ name }) => `to_jsonb(${alias}.${pg.escapeIdentifier(name)})::text`)
    .join(", ");
}

/** Rows from `$1`, as records of the table's type. */
export function recordsSql(table: Table): string {
  return `from jsonb_array_elements($1::jsonb) with ordinality e(record, n),
    lateral jsonb_populate_record(null::${table.name}, e.record) r`;
}

/** `selectable` has an answer for each role and column, role by role. */
export function privilegesSql(roles: string, columns: string, oid: string): string {
  return `array(select case when to_regrole(quote_ident(r.name)) is null then false
        else has_column_privilege(r.name, ${oid}::int8::oid, c.name, 'select') end
      from unnest(${roles}::text[]) with ordinality r(name, n), unnest(${columns}::text[]) with ordinality c(name, n)
      order by r.n, c.n) as selectable,
    (select relrowsecurity from pg_class where oid = ${oid}::int8::oid) as rls`;
}

/** Values for `privilegesSql`. */
export function privilegeValues(table: Table, roles: string[]): unknown[] {
  return [roles, table.columns.map(({ name }) => name), table.oid];
}

/** Rows as JSON for `jsonb_populate_record`, which reads texts by each type's own input function. */
export function recordsJson(table: Table, rows: TextRow[]): string {
  return `[${rows.map((row) => recordJson(table, row)).join(",")}]`;
}

function recordJson(table: Table, row: TextRow): string {
  const members = table.columns.flatMap(({ name, typeName }) => {
    const text = row[name];
    if (text === undefined || text === null) return [];
    const isJson = typeName === "json" || typeName === "jsonb";
    return [`${JSON.stringify(name)}:${isJson ? text : JSON.stringify(text)}`];
  });
  return `{${members.join(",")}}`;
}
