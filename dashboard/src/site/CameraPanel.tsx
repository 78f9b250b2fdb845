import { Button, PasswordInput, Select, TextInput } from "@mantine/core";
import type { Camera, Site } from "@portero/store";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSites, useTenant } from "../app/tenant.tsx";
import { newId } from "../desk/new-id.ts";
import { faultWords } from "../ui/fault-words.ts";
import { baseUrlOf } from "./address.ts";
import { CameraTestSteps } from "./CameraTestSteps.tsx";
import { SetupPanel } from "./SetupPanel.tsx";
import { canSeal, sealCredentials } from "./sealing.ts";
import classes from "./setup.module.css";
import { useCameraTest } from "./use-camera-test.ts";

interface CameraPanelProps {
  site: Site;
  camera: Camera | null;
  /** Nothing has been heard from the site's box: it cannot test anything. */
  isSilent: boolean;
  onClose(): void;
}

/** Adds a camera by its address, or changes one; the site's box tests it before anything is saved. */
export function CameraPanel({ site, camera, isSilent, onClose }: CameraPanelProps) {
  const { t } = useTranslation();
  const { membership, data } = useTenant();
  const { gates } = useSites();
  const test = useCameraTest(site.id);
  const [id] = useState(() => camera?.id ?? newId());
  const [name, setName] = useState(camera?.name ?? "");
  const [address, setAddress] = useState(camera?.baseUrl ?? "");
  const [stream, setStream] = useState(String(camera?.stream ?? 101));
  const [direction, setDirection] = useState<Camera["direction"]>(camera?.direction ?? "entry");
  const [gateId, setGateId] = useState(camera?.gateId ?? null);
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");

  const baseUrl = baseUrlOf(address);
  const isMoved = camera !== null && baseUrl !== camera.baseUrl;
  const isTyped = username.trim() !== "" && password !== "";
  const needsPassword = camera === null || isMoved;
  const streamId = Number(stream);
  const isStream = Number.isInteger(streamId) && streamId >= 100 && streamId <= 9999;
  const isRefused = test.view?.result.outcomes.some(
    ({ step, state }) => step === "credentials" && state === "failed",
  );
  const { publicKey } = site;
  const sealNow =
    publicKey && isTyped
      ? () =>
          sealCredentials(
            publicKey,
            { username: username.trim(), password },
            { tenantId: membership.tenantId, siteId: site.id, cameraId: id },
          )
      : null;
  const mayTest =
    !isSilent &&
    publicKey !== null &&
    baseUrl !== undefined &&
    isStream &&
    (isTyped || !needsPassword);
  const runTest = () =>
    void test.start(
      sealNow ? { camera_id: id, base_url: baseUrl ?? "", stream: streamId } : { camera_id: id },
      sealNow,
    );
  /** What was tested is not what stands there any more. */
  const typed =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      test.forget();
      set(value);
    };

  return (
    <SetupPanel
      table="cameras"
      device={camera}
      addTitle={t("setup.camera.add")}
      removal={{
        label: t("setup.camera.remove"),
        question: t("setup.camera.removeQuestion", { camera: camera?.name ?? "" }),
      }}
      isValid={
        name.trim() !== "" &&
        baseUrl !== undefined &&
        isStream &&
        !isRefused &&
        (isTyped || !needsPassword)
      }
      onSave={async () =>
        data.saveCamera(
          { id, updatedAt: camera?.updatedAt ?? null },
          {
            siteId: site.id,
            gateId,
            name: name.trim(),
            baseUrl: baseUrl ?? "",
            stream: streamId,
            direction,
          },
          sealNow && (await sealNow()),
        )
      }
      onClose={onClose}
    >
      {publicKey === null && <p className={classes["fault"]}>{t("setup.camera.noBox")}</p>}
      {publicKey !== null && !canSeal() && (
        <p className={classes["fault"]}>{t("setup.camera.insecure")}</p>
      )}
      <TextInput
        label={t("setup.camera.name")}
        placeholder={t("setup.camera.namePlaceholder")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={60}
        required
        data-testid="camera-name"
      />
      <TextInput
        label={t("setup.camera.address")}
        description={t("setup.camera.addressHint")}
        placeholder="192.168.1.64"
        value={address}
        onChange={(event) => typed(setAddress)(event.currentTarget.value)}
        error={address !== "" && baseUrl === undefined ? t("setup.camera.noAddress") : undefined}
        maxLength={270}
        required
        data-testid="camera-address"
      />
      <div className={classes["pair"]}>
        <TextInput
          label={t("setup.camera.user")}
          value={username}
          onChange={(event) => typed(setUsername)(event.currentTarget.value)}
          maxLength={64}
          autoComplete="off"
          required={needsPassword}
          data-testid="camera-user"
        />
        <PasswordInput
          label={t("logIn.password")}
          value={password}
          onChange={(event) => typed(setPassword)(event.currentTarget.value)}
          maxLength={128}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ "aria-label": t("logIn.showPassword") }}
          required={needsPassword}
          data-testid="camera-password"
        />
      </div>
      <p className={classes["hint"]}>
        {isMoved
          ? t("setup.camera.movedHint")
          : camera
            ? t("setup.camera.keepHint")
            : t("setup.camera.sealedHint")}
      </p>
      <div className={classes["pair"]}>
        <Select
          label={t("setup.camera.gate")}
          data={gates
            .filter((gate) => gate.siteId === site.id)
            .map((gate) => ({ value: gate.id, label: gate.name }))}
          value={gateId}
          onChange={setGateId}
          placeholder={t("gate.none")}
          clearable
          clearButtonProps={{ "aria-label": t("setup.camera.noGate") }}
          data-testid="camera-gate"
        />
        <Select
          label={t("setup.camera.direction")}
          data={[
            { value: "entry", label: t("direction.entry") },
            { value: "exit", label: t("direction.exit") },
          ]}
          value={direction}
          onChange={(value) => value && setDirection(value as Camera["direction"])}
          allowDeselect={false}
        />
      </div>
      <TextInput
        label={t("setup.camera.stream")}
        description={t("setup.camera.streamHint")}
        value={stream}
        onChange={(event) => typed(setStream)(event.currentTarget.value)}
        error={isStream ? undefined : t("setup.camera.noStream")}
        inputMode="numeric"
        maxLength={4}
      />
      {isSilent && publicKey !== null && (
        <p className={classes["fault"]}>{t("setup.test.silent")}</p>
      )}
      <Button
        variant="light"
        onClick={runTest}
        disabled={!mayTest || !canSeal()}
        loading={test.isAsking || (test.view !== null && !test.view.isOver)}
        data-testid="camera-test-run"
      >
        {t("setup.test.run")}
      </Button>
      {test.error !== null && (
        <p className={classes["fault"]} role="alert">
          {faultWords(test.error, t)}
        </p>
      )}
      {isRefused && <p className={classes["warning"]}>{t("setup.camera.refused")}</p>}
      {test.view && <CameraTestSteps view={test.view} name={name || t("setup.camera.add")} />}
    </SetupPanel>
  );
}
