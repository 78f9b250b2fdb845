export { startProject, type TestProject } from "./project.ts";
export { createTenant, type TestTenant } from "./tenant.ts";
export { until } from "./until.ts";
