import { Button, NumberInput, Select, Switch, TextInput } from "@mantine/core";
import type { Gate, GateCommand, Site } from "@portero/store";
import { IconCheck, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNowMs } from "../app/clock.ts";
import { useDesk, useSites, useTenant, useTimes } from "../app/tenant.tsx";
import { newId } from "../desk/new-id.ts";
import { faultWords } from "../ui/fault-words.ts";
import { useAttempt } from "../ui/use-attempt.ts";
import { SetupPanel } from "./SetupPanel.tsx";
import classes from "./setup.module.css";
import { useSiteChanges } from "./use-site-changes.ts";

const KINDS = ["isapi_relay", "isapi_barrier", "isapi_door", "mqtt"] as const;
type Kind = (typeof KINDS)[number];
/** What the device calls the number of each kind. */
const NUMBER_OF = { isapi_relay: "output", isapi_barrier: "channel", isapi_door: "door" } as const;
const REQUEST_LIMIT_MS = 8_000;

/** Chooses the one actuator that moves a gate, and tests it with one pulse that somebody watches. */
export function GatePanel(props: {
  site: Site;
  gate: Gate | null;
  isSilent: boolean;
  onClose(): void;
}) {
  const { site, gate, isSilent, onClose } = props;
  const { t } = useTranslation();
  const { data } = useTenant();
  const { cameras } = useSites();
  const kindNow = KINDS.find((known) => known === gate?.actuator.kind) ?? "isapi_barrier";
  const [name, setName] = useState(gate?.name ?? "");
  const [kind, setKind] = useState<Kind>(kindNow);
  const [cameraId, setCameraId] = useState(gate?.actuator.camera_id ?? null);
  const [number, setNumber] = useState<number | string>(numberOf(gate) ?? 1);
  const [hasPosition, setHasPosition] = useState(gate?.actuator.has_position ?? true);
  const own = cameras.filter((camera) => camera.siteId === site.id);
  const isNumber = Number.isInteger(number) && Number(number) >= 1 && Number(number) <= 64;
  const isComplete = kind === "mqtt" || (cameraId !== null && isNumber);
  const actuator: Gate["actuator"] =
    kind === "mqtt"
      ? { kind, has_position: hasPosition }
      : { kind, camera_id: cameraId ?? "", [NUMBER_OF[kind]]: Number(number) };
  const isChanged =
    gate !== null && JSON.stringify(sorted(actuator)) !== JSON.stringify(sorted(gate.actuator));

  return (
    <SetupPanel
      table="gates"
      device={gate}
      addTitle={t("setup.gate.add")}
      removal={{
        label: t("setup.gate.remove"),
        question: t("setup.gate.removeQuestion", { gate: gate?.name ?? "" }),
      }}
      isValid={name.trim() !== "" && isComplete}
      onSave={() => data.saveGate(gate, { siteId: site.id, name: name.trim(), actuator })}
      onClose={onClose}
    >
      <TextInput
        label={t("setup.gate.name")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={60}
        required
        data-testid="gate-name"
      />
      <Select
        label={t("setup.gate.actuator")}
        description={t(`setup.gate.about.${kind}`)}
        data={KINDS.map((value) => ({ value, label: t(`site.actuator.${value}`) }))}
        value={kind}
        onChange={(value) => value && setKind(value as Kind)}
        allowDeselect={false}
        data-testid="gate-kind"
      />
      {kind !== "mqtt" && (
        <div className={classes["pair"]}>
          <Select
            label={t("setup.gate.device")}
            data={own.map((camera) => ({ value: camera.id, label: camera.name }))}
            value={cameraId}
            onChange={setCameraId}
            placeholder={own.length === 0 ? t("setup.gate.noCamera") : t("setup.gate.choose")}
            required
            data-testid="gate-device"
          />
          <NumberInput
            label={t(`setup.gate.number.${NUMBER_OF[kind]}`)}
            value={number}
            onChange={setNumber}
            min={1}
            max={64}
            allowDecimal={false}
            allowNegative={false}
            required
          />
        </div>
      )}
      {kind === "mqtt" && (
        <Switch
          label={t("setup.gate.position")}
          description={t("setup.gate.positionHint")}
          checked={hasPosition}
          onChange={(event) => setHasPosition(event.currentTarget.checked)}
        />
      )}
      <p className={classes["hint"]}>{t("setup.gate.pulse")}</p>
      {gate && <GateTest gate={gate} isChanged={isChanged} isSilent={isSilent} />}
    </SetupPanel>
  );
}

function GateTest(props: { gate: Gate; isChanged: boolean; isSilent: boolean }) {
  const { gate, isChanged, isSilent } = props;
  const { t } = useTranslation();
  const { data, desk } = useTenant();
  const { near } = useTimes();
  const nowMs = useNowMs();
  const commands = useDesk("commands");
  const [reason, setReason] = useState(t("setup.gate.testReasonDefault"));
  const [commandId, setCommandId] = useState<string | null>(null);
  const { busy, error, attempt } = useAttempt<"send" | "record">();
  const { refresh } = useSiteChanges();
  const [seen, setSeen] = useState<boolean | null>(null);
  const command = commandId === null ? undefined : commands.get(commandId);

  const lastTest = gate.tested && {
    name: gate.tested.byName,
    when: near(gate.tested.atMs, nowMs),
  };

  const send = () =>
    attempt("send", async () => {
      setSeen(null);
      const asked = await data.requestOpening(
        { id: newId(), gateId: gate.id, reason: reason.trim(), alertEventId: null },
        AbortSignal.timeout(REQUEST_LIMIT_MS),
      );
      desk.noteCommand(asked);
      setCommandId(asked.id);
    });
  const record = (hasMoved: boolean) =>
    attempt("record", async () => {
      await data.recordGateTest(commandId ?? "", hasMoved);
      setSeen(hasMoved);
      refresh();
    });

  return (
    <section className={classes["gateTest"]} aria-label={t("setup.gate.test")}>
      <h3>{t("setup.gate.test")}</h3>
      <p className={classes["hint"]}>
        {lastTest === null
          ? t("setup.gate.untested")
          : gate.tested?.hasMoved
            ? t("setup.gate.testedMoved", lastTest)
            : t("setup.gate.testedStill", lastTest)}
      </p>
      {isChanged ? (
        <p className={classes["warning"]}>{t("setup.gate.saveFirst")}</p>
      ) : isSilent ? (
        <p className={classes["fault"]}>{t("setup.test.silent")}</p>
      ) : (
        <>
          <TextInput
            label={t("gate.modeReason")}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            maxLength={200}
            required
          />
          <Button
            variant="light"
            onClick={() => void send()}
            loading={busy !== null}
            disabled={reason.trim() === "" || isUnderWay(command)}
            data-testid="gate-test-run"
          >
            {t("setup.gate.pulseNow")}
          </Button>
        </>
      )}
      {command && (
        <p aria-live="polite" data-testid="gate-test-answer" data-status={command.status}>
          {t(`setup.gate.answer.${command.status}`)}
        </p>
      )}
      {command && hasAnswer(command) && seen === null && (
        <fieldset className={classes["seen"]}>
          <legend>{t("setup.gate.didItMove")}</legend>
          <Button
            leftSection={<IconCheck size={18} />}
            onClick={() => void record(true)}
            disabled={busy !== null}
            data-testid="gate-moved"
          >
            {t("setup.gate.moved")}
          </Button>
          <Button
            variant="default"
            leftSection={<IconX size={18} />}
            onClick={() => void record(false)}
            disabled={busy !== null}
            data-testid="gate-still"
          >
            {t("setup.gate.still")}
          </Button>
        </fieldset>
      )}
      {seen === false && <p className={classes["warning"]}>{t("setup.gate.stillHint")}</p>}
      {seen === true && <p className={classes["done"]}>{t("setup.gate.movedHint")}</p>}
      {error !== null && (
        <p className={classes["fault"]} role="alert">
          {faultWords(error, t)}
        </p>
      )}
    </section>
  );
}

const isUnderWay = (command: GateCommand | undefined) =>
  command !== undefined && ["requested", "firing"].includes(command.status);

/** The pulse may have gone out: only who stands there knows. */
const hasAnswer = ({ status }: GateCommand) =>
  ["accepted", "opened", "not_confirmed", "unknown"].includes(status);

function numberOf(gate: Gate | null): number | undefined {
  return gate?.actuator.output ?? gate?.actuator.channel ?? gate?.actuator.door;
}

function sorted(actuator: Gate["actuator"]): [string, unknown][] {
  const known = { ...(actuator.kind === "mqtt" && { has_position: true }), ...actuator };
  return Object.entries(known).sort(([a], [b]) => a.localeCompare(b));
}
