import { Button, Switch } from "@mantine/core";
import type { Member, Role } from "@portero/store";
import { IconPlus } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useGateway } from "../app/gateway-client.ts";
import { useDesk, useTenant, useTimes } from "../app/tenant.tsx";
import classes from "../register/register.module.css";
import { may } from "../session/abilities.ts";
import { useSession } from "../session/session.tsx";
import { Page } from "../ui/Page.tsx";
import { SidePanel } from "../ui/SidePanel.tsx";
import table from "../ui/Table.module.css";
import { Table } from "../ui/Table.tsx";
import { dateTime } from "../ui/times.ts";
import { InvitePanel } from "./InvitePanel.tsx";
import { NameField, RoleField } from "./MemberFields.tsx";
import { MemberSessions } from "./MemberSessions.tsx";

/** Who works here, as what, and who is at a desk now. */
export function PeoplePage() {
  const { t } = useTranslation();
  const { language, timeZone } = useTimes();
  const { membership, data } = useTenant();
  const { user } = useSession();
  const onDuty = useDesk("onDuty");
  const members = useQuery({
    queryKey: [membership.tenantId, "members"],
    queryFn: ({ signal }) => data.members(signal),
  });
  const [opened, setOpened] = useState<Member | null>(null);
  const [isInviting, setIsInviting] = useState(false);
  const mayEdit = may(membership.role, "managePeople");
  return (
    <Page
      title={t("people.title")}
      lead={t("people.lead")}
      actions={
        mayEdit && (
          <Button
            leftSection={<IconPlus size={18} />}
            onClick={() => setIsInviting(true)}
            data-testid="invite"
          >
            {t("people.invite")}
          </Button>
        )
      }
    >
      <Table
        label={t("people.title")}
        data-testid="people"
        rows={members.data ?? []}
        idOf={({ userId }) => userId}
        onOpen={mayEdit ? (row) => row.role !== "edge" && setOpened(row) : undefined}
        openedId={opened?.userId}
        empty={members.isError ? t("fault.unreachable") : t("table.loading")}
        columns={[
          {
            key: "name",
            title: t("people.name"),
            cell: ({ displayName, userId }) =>
              userId === user.id ? t("duty.you", { name: displayName }) : displayName,
          },
          {
            key: "role",
            title: t("people.role"),
            isMain: true,
            cell: ({ role }) => <span className={table["whole"]}>{t(`role.${role}`)}</span>,
          },
          {
            key: "since",
            title: t("people.since"),
            cell: ({ createdAtMs }) => dateTime(createdAtMs, language, timeZone),
          },
          {
            key: "state",
            title: t("table.state"),
            isMain: true,
            cell: ({ active, userId }) => {
              const isHere = onDuty?.some((person) => person.userId === userId);
              const state = active ? (isHere ? "here" : "on") : "off";
              const tones = { here: "admitted", on: "past", off: "refused" };
              return (
                <span className={classes["chip"]} data-tone={tones[state]}>
                  {t(`people.state.${state}`)}
                </span>
              );
            },
          },
        ]}
      />
      {isInviting && <InvitePanel onClose={() => setIsInviting(false)} />}
      {opened && (
        <MemberPanel
          key={opened.userId}
          member={opened}
          isSelf={opened.userId === user.id}
          onClose={() => setOpened(null)}
        />
      )}
    </Page>
  );
}

function MemberPanel(props: { member: Member; isSelf: boolean; onClose(): void }) {
  const { member, isSelf, onClose } = props;
  const { t } = useTranslation();
  const { membership, data } = useTenant();
  const gateway = useGateway();
  const queries = useQueryClient();
  const [displayName, setDisplayName] = useState(member.displayName);
  const [role, setRole] = useState(member.role);
  const [active, setActive] = useState(member.active);
  const isFixed = isSelf || (member.role === "owner" && membership.role !== "owner");
  const roles: Role[] =
    membership.role === "owner"
      ? ["owner", "admin", "guard", "viewer"]
      : ["admin", "guard", "viewer"];
  return (
    <SidePanel
      title={member.displayName}
      onClose={onClose}
      isValid={displayName.trim() !== ""}
      onSave={async () => {
        const name = displayName.trim();
        await data.saveMember(
          member.userId,
          isFixed ? { displayName: name } : { displayName: name, role, active },
        );
        // The database shuts the open screens; gateway also keeps the session from being renewed.
        if (!isFixed && active !== member.active) await gateway.setActive(member.userId, active);
        void queries.invalidateQueries({ queryKey: [membership.tenantId, "members"] });
      }}
    >
      <NameField value={displayName} onChange={setDisplayName} />
      <RoleField
        roles={roles}
        value={role}
        onChange={setRole}
        fixed={isFixed ? t("people.fixed") : undefined}
      />
      <Switch
        label={t("people.active")}
        description={t("people.activeHint")}
        checked={active}
        onChange={(event) => setActive(event.currentTarget.checked)}
        disabled={isFixed}
        data-testid="member-active"
      />
      {(isSelf || !isFixed) && <MemberSessions userId={member.userId} />}
    </SidePanel>
  );
}
