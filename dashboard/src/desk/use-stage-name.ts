import { useTranslation } from "react-i18next";

const STAGES = [
  "wait",
  "scene",
  "decode",
  "detect",
  "crop",
  "read",
  "vote",
  "frame_to_decision",
  "first_frame_to_decision",
  "opened",
] as const;

/** A stage of the recognition in words; one that this version does not know by its own name. */
export function useStageName(): (stage: string) => string {
  const { t } = useTranslation();
  return (stage) => {
    const known = STAGES.find((name) => name === stage);
    return known ? t(`stage.${known}`) : stage.replaceAll("_", " ");
  };
}
