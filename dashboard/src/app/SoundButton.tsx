import { IconVolume, IconVolumeOff } from "@tabler/icons-react";
import { Suspense, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { Dropdown } from "../ui/Dropdown.tsx";
import { lazyPart } from "./part.ts";
import { usePreferences } from "./preferences.ts";
import classes from "./SoundButton.module.css";
import { isSoundReady, watchSound } from "./sounds.ts";

const SoundPanel = lazyPart(() => import("./SoundPanel.tsx"), "SoundPanel");

const STATES = ["on", "muted", "blocked"] as const;

/** Volume, silence and a test in reach. Silence shows as what it is: a state that somebody chose, or the browser did. */
export function SoundButton() {
  const { t } = useTranslation();
  const { volume, isMuted } = usePreferences();
  const isReady = useSyncExternalStore(watchSound, isSoundReady);
  const isSilent = isMuted || volume === 0;
  const state = isSilent ? "muted" : isReady ? "on" : "blocked";
  const Icon = state === "on" ? IconVolume : IconVolumeOff;
  return (
    <Dropdown
      label={t(`sound.${state}`)}
      side="right"
      widthRem={19}
      className={classes["button"]}
      data-state={state}
      data-testid="sound-state"
      button={
        <>
          <Icon size={20} stroke={1.7} aria-hidden="true" />
          <span className={classes["labels"]}>
            {STATES.map((each) => (
              <span key={each} data-shown={each === state || undefined}>
                {t(`sound.${each}`)}
              </span>
            ))}
          </span>
        </>
      }
    >
      {() => (
        <Suspense>
          <SoundPanel />
        </Suspense>
      )}
    </Dropdown>
  );
}
