import { Select, TextInput } from "@mantine/core";
import type { Role } from "@portero/store";
import { useTranslation } from "react-i18next";

/** A person's name, as it is typed. */
export function NameField(props: { value: string; onChange(name: string): void; testId?: string }) {
  const { t } = useTranslation();
  return (
    <TextInput
      label={t("people.name")}
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.value)}
      maxLength={120}
      required
      data-testid={props.testId}
    />
  );
}

/** What a person may do here, in words. */
export function RoleField<R extends Role>(props: {
  roles: readonly R[];
  /** A site's own account is listed too, and not changed here. */
  value: NoInfer<R> | "edge";
  onChange(role: NoInfer<R>): void;
  /** Why nobody may change it; in place of what the role may do. */
  fixed?: string | undefined;
}) {
  const { t } = useTranslation();
  return (
    <Select
      label={t("people.role")}
      description={props.fixed ?? t(`people.may.${props.value as "guard"}`)}
      data={props.roles.map((value) => ({ value, label: t(`role.${value as Role}`) }))}
      value={props.value}
      onChange={(value) => {
        const role = props.roles.find((known) => known === value);
        if (role) props.onChange(role);
      }}
      allowDeselect={false}
      disabled={props.fixed !== undefined}
    />
  );
}
