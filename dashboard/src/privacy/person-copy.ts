import type { PersonSubject } from "@portero/store";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { serverNowMs } from "../app/clock.ts";
import { useTenant } from "../app/tenant.tsx";
import { download, fileName } from "../ui/csv.ts";
import { dayKey } from "../ui/times.ts";

interface Copied {
  events?: { snapshot_path: string | null; payload: { plate_snapshot_path?: string } }[];
}

async function dataUrlOf(blob: Blob): Promise<string> {
  const reader = new FileReader();
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  reader.onload = () => resolve(String(reader.result));
  reader.onerror = () => reject(reader.error);
  reader.readAsDataURL(blob);
  return promise;
}

/** Gives one person's data as a file that stands by itself: the rows as they are stored, and the pictures in it. */
export function usePersonCopy() {
  const { t } = useTranslation();
  const { membership, data } = useTenant();
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const save = async (subject: PersonSubject, reference: string) => {
    setIsBusy(true);
    setError(null);
    try {
      const copied = (await data.exportPerson(subject, reference)) as Copied;
      const paths = (copied.events ?? [])
        .flatMap(({ snapshot_path, payload }) => [snapshot_path, payload.plate_snapshot_path])
        .filter((path) => typeof path === "string");
      const pictures: Record<string, string | null> = {};
      for (const path of paths) {
        // A picture whose time is over is not there any more: the copy says so with null.
        pictures[path] = await data
          .snapshotUrl(path)
          .then((url) => fetch(url))
          .then((response) => (response.ok ? response.blob() : null))
          .then((blob) => blob && dataUrlOf(blob))
          .catch(() => null);
      }
      const day = dayKey(serverNowMs(), membership.timeZone);
      download(
        `${fileName(membership.tenantName, t("privacy.copyFile"), reference, day)}.json`,
        JSON.stringify({ ...copied, pictures }, null, 2),
        "application/json",
      );
    } catch (cause) {
      setError(cause);
    } finally {
      setIsBusy(false);
    }
  };
  return { save, isBusy, error };
}
