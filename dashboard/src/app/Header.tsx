import { IconCheck, IconSelector } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Dropdown } from "../ui/Dropdown.tsx";
import { ConnectionState } from "./ConnectionState.tsx";
import classes from "./Header.module.css";
import { useMembershipsQuery } from "./memberships.ts";
import { OnDutyPeople } from "./OnDutyPeople.tsx";
import { SettingsMenu } from "./SettingsMenu.tsx";
import { SoundButton } from "./SoundButton.tsx";
import { useTenant } from "./tenant.tsx";

export function Header() {
  return (
    <header className={classes["header"]}>
      <TenantSwitch />
      <ConnectionState />
      <div className={classes["right"]}>
        <OnDutyPeople />
        <SoundButton />
        <SettingsMenu />
      </div>
    </header>
  );
}

/** The condominium's name; a menu for people who work in several. */
function TenantSwitch() {
  const { t } = useTranslation();
  const { membership } = useTenant();
  const { data: memberships = [] } = useQuery(useMembershipsQuery());
  if (memberships.length < 2) {
    return (
      <span className={classes["tenant"]} data-testid="tenant-name">
        {membership.tenantName}
      </span>
    );
  }
  return (
    <Dropdown
      label={t("tenant.switchFrom", { tenant: membership.tenantName })}
      side="left"
      widthRem={19}
      className={classes["tenant"]}
      data-testid="tenant-switch"
      button={
        <>
          <span data-testid="tenant-name">{membership.tenantName}</span>
          <IconSelector size={16} aria-hidden="true" />
        </>
      }
    >
      {(close) => (
        <ul className={classes["tenants"]}>
          {memberships.map(({ tenantId, tenantName, role }) => (
            <li key={tenantId}>
              <Link
                to="/t/$tenantId"
                params={{ tenantId }}
                onClick={close}
                aria-current={tenantId === membership.tenantId || undefined}
              >
                <span>
                  {tenantName}
                  <small>{t(`role.${role}`)}</small>
                </span>
                {tenantId === membership.tenantId && <IconCheck size={18} aria-hidden="true" />}
              </Link>
            </li>
          ))}
          <li>
            <Link to="/condominiums" onClick={close} data-testid="all-tenants">
              {t("condominiums.all")}
            </Link>
          </li>
        </ul>
      )}
    </Dropdown>
  );
}
