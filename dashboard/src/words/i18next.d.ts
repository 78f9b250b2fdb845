import type { Words } from "./es.ts";

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: Words };
    returnNull: false;
  }
}
