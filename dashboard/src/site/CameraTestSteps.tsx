import { Loader } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconMinus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { CameraPicture } from "./CameraPicture.tsx";
import classes from "./setup.module.css";
import type { CameraTestView } from "./use-camera-test.ts";

const ICONS = { ok: IconCheck, warning: IconAlertTriangle, failed: IconX, waiting: IconMinus };

/** The four steps of a test as they come, each with what it means and what to do. */
export function CameraTestSteps({ view, name }: { view: CameraTestView; name: string }) {
  const { t } = useTranslation();
  const { result } = view;
  return (
    <div className={classes["test"]} aria-live="polite" data-testid="camera-test">
      {view.isUnanswered ? (
        <p className={classes["fault"]} role="alert">
          {t("setup.test.unanswered")}
        </p>
      ) : (
        <ol className={classes["steps"]}>
          {view.steps.map(({ step, state, code }) => (
            <li key={step} data-state={state} data-testid={`test-${step}`}>
              <StepIcon state={state} />
              <span>
                <strong>{t(`setup.test.step.${step}`)}</strong>
                {step === "credentials" && state === "ok" && result.model && (
                  <small>{result.model}</small>
                )}
                {code && (
                  <small>
                    {t(`setup.test.code.${knownCode(code)}`, {
                      seconds: Math.round(Math.abs(result.skew_ms ?? 0) / 1000),
                      minutes: Math.ceil((result.retry_after_ms ?? 1_800_000) / 60_000),
                    })}
                  </small>
                )}
              </span>
            </li>
          ))}
        </ol>
      )}
      {result.picture_path && (
        <CameraPicture
          path={result.picture_path}
          version={view.orderId}
          alt={t("setup.test.picture", { camera: name })}
        />
      )}
    </div>
  );
}

function StepIcon({ state }: { state: CameraTestView["steps"][number]["state"] }) {
  if (state === "running") return <Loader size={18} aria-hidden="true" />;
  const Icon = ICONS[state];
  return <Icon size={18} stroke={2.2} aria-hidden="true" />;
}

const CODES = [
  "unreachable",
  "timeout",
  "address_refused",
  "protocol",
  "unauthorized",
  "locked_out",
  "low_privilege",
  "refused_before",
  "too_many_refusals",
  "not_sealed",
  "camera_unknown",
  "clock_wrong",
  "clock_unknown",
  "busy",
  "device_error",
  "unsupported",
  "not_jpeg",
] as const;

/** What has no words of its own is told as a fault of the camera or of the site. */
function knownCode(code: string): (typeof CODES)[number] | "other" {
  return CODES.find((known) => known === code) ?? "other";
}
