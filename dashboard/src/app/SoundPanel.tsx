import "@mantine/core/styles.layer.css";
import { ActionIcon, Button, SegmentedControl, Slider } from "@mantine/core";
import { IconVolume, IconVolumeOff } from "@tabler/icons-react";
import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { allowNotices, noticeState, watchNotices } from "./notices.ts";
import { changePreferences, usePreferences, VOICES } from "./preferences.ts";
import classes from "./SoundButton.module.css";
import { play } from "./sounds.ts";

/** Volume, silence, and each sound to try. */
export function SoundPanel() {
  const { t } = useTranslation();
  const { volume, isMuted, voice } = usePreferences();
  const notices = useSyncExternalStore(watchNotices, noticeState);
  return (
    <>
      <div className={classes["row"]}>
        <ActionIcon
          variant="default"
          size="lg"
          aria-label={isMuted ? t("sound.unmute") : t("sound.mute")}
          aria-pressed={isMuted}
          onClick={() => changePreferences({ isMuted: !isMuted })}
        >
          {isMuted ? <IconVolumeOff size={18} /> : <IconVolume size={18} />}
        </ActionIcon>
        <Slider
          className={classes["slider"]}
          thumbLabel={t("sound.volume")}
          value={Math.round(volume * 100)}
          label={(percent) => `${percent} %`}
          onChange={(percent) => changePreferences({ volume: percent / 100, isMuted: false })}
        />
      </div>
      <p className={classes["note"]}>{t("sound.voice")}</p>
      <SegmentedControl
        fullWidth
        size="xs"
        aria-label={t("sound.voice")}
        value={voice}
        onChange={(chosen) => {
          changePreferences({ voice: chosen });
          play("alert");
        }}
        data={VOICES.map((value) => ({ value, label: t(`sound.voices.${value}`) }))}
      />
      <p className={classes["note"]}>{t("sound.tests")}</p>
      <Button.Group>
        <Button variant="default" size="xs" fullWidth onClick={() => play("alert")}>
          {t("sound.alert")}
        </Button>
        <Button variant="default" size="xs" fullWidth onClick={() => play("reminder")}>
          {t("sound.reminder")}
        </Button>
        <Button variant="default" size="xs" fullWidth onClick={() => play("escalation")}>
          {t("sound.escalation")}
        </Button>
        <Button variant="default" size="xs" fullWidth onClick={() => play("fault")}>
          {t("sound.fault")}
        </Button>
      </Button.Group>
      <p className={classes["note"]}>{t(`notice.${notices}`)}</p>
      {notices === "off" && (
        <Button variant="default" size="xs" fullWidth onClick={() => void allowNotices()}>
          {t("notice.allow")}
        </Button>
      )}
    </>
  );
}
