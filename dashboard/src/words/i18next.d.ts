import type { DeskWords } from "./desk/es.ts";
import type { PageWords } from "./pages/es.ts";

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: DeskWords & PageWords };
    returnNull: false;
  }
}
