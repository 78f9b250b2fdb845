import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
} from "@tanstack/react-router";
import { DeskPage } from "../desk/DeskPage.tsx";
import { historySearchOf } from "../history/history-filter.ts";
import { ChooseTenant } from "./ChooseTenant.tsx";
import { PageFault } from "./PageFault.tsx";
import { TenantShell } from "./TenantShell.tsx";

const rootRoute = createRootRoute({ component: Outlet, notFoundComponent: ChooseTenant });

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  component: ChooseTenant,
});

const tenantRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/t/$tenantId",
  component: TenantShell,
});

const condominiumsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/condominiums",
  component: lazyRouteComponent(
    () => import("../condominiums/CondominiumsPage.tsx"),
    "CondominiumsPage",
  ),
});

const deskRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "/",
  component: DeskPage,
});

const historyRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "history",
  validateSearch: historySearchOf,
  component: lazyRouteComponent(() => import("../history/HistoryPage.tsx"), "HistoryPage"),
});

const insideRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "inside",
  component: lazyRouteComponent(() => import("../inside/InsidePage.tsx"), "InsidePage"),
});

const eventRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "events/$eventId",
  component: lazyRouteComponent(() => import("../history/EventPage.tsx"), "EventPage"),
});

const housesRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "houses",
  component: lazyRouteComponent(() => import("../register/HousesPage.tsx"), "HousesPage"),
});

const importRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "import",
  component: lazyRouteComponent(() => import("../import/ImportPage.tsx"), "ImportPage"),
});

const vehiclesRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "vehicles",
  component: lazyRouteComponent(() => import("../register/VehiclesPage.tsx"), "VehiclesPage"),
});

const passesRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "passes",
  // The code on a visitor's card names the pass.
  validateSearch: ({ pass }): { pass?: string } => (typeof pass === "string" ? { pass } : {}),
  component: lazyRouteComponent(() => import("../register/PassesPage.tsx"), "PassesPage"),
});

const deniedRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "denied",
  component: lazyRouteComponent(() => import("../register/DeniedPage.tsx"), "DeniedPage"),
});

const siteRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "site",
  component: lazyRouteComponent(() => import("../site/SitePage.tsx"), "SitePage"),
});

const rulesRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "rules",
  component: lazyRouteComponent(() => import("../rules/RulesPage.tsx"), "RulesPage"),
});

const figuresRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "figures",
  component: lazyRouteComponent(() => import("../figures/FiguresPage.tsx"), "FiguresPage"),
});

const peopleRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "people",
  component: lazyRouteComponent(() => import("../people/PeoplePage.tsx"), "PeoplePage"),
});

const privacyRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "privacy",
  component: lazyRouteComponent(() => import("../privacy/PrivacyPage.tsx"), "PrivacyPage"),
});

const recordRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "record",
  component: lazyRouteComponent(() => import("../people/RecordPage.tsx"), "RecordPage"),
});

const routeTree = rootRoute.addChildren([
  homeRoute,
  condominiumsRoute,
  tenantRoute.addChildren([
    deskRoute,
    historyRoute,
    insideRoute,
    eventRoute,
    housesRoute,
    importRoute,
    vehiclesRoute,
    passesRoute,
    deniedRoute,
    siteRoute,
    rulesRoute,
    figuresRoute,
    peopleRoute,
    recordRoute,
    privacyRoute,
  ]),
]);

/** Every page has an address of its own, which can be sent to a colleague of the same tenant. */
export function createPages() {
  return createRouter({
    routeTree,
    defaultPreload: "intent",
    defaultErrorComponent: PageFault,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createPages>;
  }
}
