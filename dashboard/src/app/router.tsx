import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  type RouteComponent,
} from "@tanstack/react-router";
import { DeskPage } from "../desk/DeskPage.tsx";
import { historySearchOf } from "../history/history-filter.ts";
import { ChooseTenant } from "./ChooseTenant.tsx";
import { speakPages } from "./i18n.ts";
import { PageFault } from "./PageFault.tsx";
import { part } from "./part.ts";
import { TenantShell } from "./TenantShell.tsx";

/** A page that is fetched when it is needed, its words with it. */
function page<Module extends Record<Name, RouteComponent>, Name extends string>(
  load: () => Promise<Module>,
  name: Name,
) {
  return lazyRouteComponent(async () => {
    const [module] = await Promise.all([part(load), part(speakPages)]);
    return module;
  }, name);
}

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
  component: page(() => import("../condominiums/CondominiumsPage.tsx"), "CondominiumsPage"),
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
  component: page(() => import("../history/HistoryPage.tsx"), "HistoryPage"),
});

const insideRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "inside",
  component: page(() => import("../inside/InsidePage.tsx"), "InsidePage"),
});

const eventRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "events/$eventId",
  component: page(() => import("../history/EventPage.tsx"), "EventPage"),
});

const housesRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "houses",
  component: page(() => import("../register/HousesPage.tsx"), "HousesPage"),
});

const importRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "import",
  component: page(() => import("../import/ImportPage.tsx"), "ImportPage"),
});

const vehiclesRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "vehicles",
  component: page(() => import("../register/VehiclesPage.tsx"), "VehiclesPage"),
});

const passesRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "passes",
  // The code on a visitor's card names the pass.
  validateSearch: ({ pass }): { pass?: string } => (typeof pass === "string" ? { pass } : {}),
  component: page(() => import("../register/PassesPage.tsx"), "PassesPage"),
});

const deniedRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "denied",
  component: page(() => import("../register/DeniedPage.tsx"), "DeniedPage"),
});

const siteRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "site",
  component: page(() => import("../site/SitePage.tsx"), "SitePage"),
});

const rulesRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "rules",
  component: page(() => import("../rules/RulesPage.tsx"), "RulesPage"),
});

const figuresRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "figures",
  component: page(() => import("../figures/FiguresPage.tsx"), "FiguresPage"),
});

const peopleRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "people",
  component: page(() => import("../people/PeoplePage.tsx"), "PeoplePage"),
});

const privacyRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "privacy",
  component: page(() => import("../privacy/PrivacyPage.tsx"), "PrivacyPage"),
});

const recordRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "record",
  component: page(() => import("../people/RecordPage.tsx"), "RecordPage"),
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
