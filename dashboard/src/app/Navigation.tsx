import {
  IconAdjustments,
  IconBan,
  IconBarrierBlock,
  IconCar,
  IconChartBar,
  IconClipboardList,
  IconDeviceCctv,
  IconHistory,
  IconHome,
  IconParking,
  IconShieldLock,
  IconTicket,
  IconUsers,
} from "@tabler/icons-react";
import { Link, useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useWatch } from "../desk/watch.tsx";
import { may } from "../session/abilities.ts";
import { Count } from "../ui/Count.tsx";
import classes from "./Navigation.module.css";
import { useTenant } from "./tenant.tsx";

/** The pages, the desk first; what a role may not read is not there. */
export function Navigation() {
  const { t } = useTranslation();
  const { tenantId, role } = useTenant().membership;
  const { waiting } = useWatch();
  const params = { tenantId };
  // On a phone there are more pages than fit: the one that is open is in sight, and how many wait on every page.
  const bar = useRef<HTMLDivElement>(null);
  const path = useLocation({ select: ({ pathname }) => pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another path is another open page.
  useEffect(() => {
    bar.current
      ?.querySelector("[aria-current=page]")
      ?.scrollIntoView({ inline: "center", block: "nearest" });
  }, [path]);
  const pages = [
    { to: "/t/$tenantId/history", icon: IconHistory, label: t("nav.history"), isShown: true },
    { to: "/t/$tenantId/inside", icon: IconParking, label: t("nav.inside"), isShown: true },
    { to: "/t/$tenantId/houses", icon: IconHome, label: t("nav.houses"), isShown: true },
    { to: "/t/$tenantId/vehicles", icon: IconCar, label: t("nav.vehicles"), isShown: true },
    { to: "/t/$tenantId/passes", icon: IconTicket, label: t("nav.passes"), isShown: true },
    { to: "/t/$tenantId/denied", icon: IconBan, label: t("nav.denied"), isShown: true },
    { to: "/t/$tenantId/site", icon: IconDeviceCctv, label: t("nav.site"), isShown: true },
    {
      to: "/t/$tenantId/rules",
      icon: IconAdjustments,
      label: t("nav.rules"),
      isShown: may(role, "manageSites"),
    },
    { to: "/t/$tenantId/figures", icon: IconChartBar, label: t("nav.figures"), isShown: true },
    { to: "/t/$tenantId/people", icon: IconUsers, label: t("nav.people"), isShown: true },
    {
      to: "/t/$tenantId/record",
      icon: IconClipboardList,
      label: t("nav.record"),
      isShown: may(role, "readRecord"),
    },
    {
      to: "/t/$tenantId/privacy",
      icon: IconShieldLock,
      label: t("nav.privacy"),
      isShown: may(role, "managePrivacy"),
    },
  ] as const;
  return (
    <nav className={classes["nav"]} aria-label={t("nav.label")}>
      <Link
        to="/t/$tenantId"
        params={params}
        className={classes["link"]}
        activeOptions={{ exact: true }}
      >
        <IconBarrierBlock size={22} stroke={1.7} aria-hidden="true" />
        <span>{t("nav.desk")}</span>
        {waiting.length > 0 && <Count value={waiting.length} className={classes["badge"]} />}
      </Link>
      <div ref={bar} className={classes["pages"]}>
        {pages
          .filter(({ isShown }) => isShown)
          .map(({ to, icon: Icon, label }) => (
            <Link key={to} to={to} params={params} className={classes["link"]}>
              <Icon size={22} stroke={1.7} aria-hidden="true" />
              <span>{label}</span>
            </Link>
          ))}
      </div>
    </nav>
  );
}
