import { Button, Modal, PasswordInput, TextInput } from "@mantine/core";
import { type DeskData, StoreError } from "@portero/store";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./Door.module.css";
import { DoorFault, DoorForm, DoorPage } from "./Door.tsx";

type Fault = "wrong" | "empty" | "throttled" | "unreachable" | "unexpected";

function faultOf(error: unknown): Fault {
  if (!(error instanceof StoreError)) return "unexpected";
  if (error.detailCode === "invalid_credentials") return "wrong";
  if (error.detailCode === "over_request_rate_limit") return "throttled";
  if (error.code === "invalid" || error.code === "unauthorized") return "wrong";
  return error.code === "unreachable" ? "unreachable" : "unexpected";
}

/** The door. `again`: the session of this address ended by itself, and its page waits underneath. */
export function LogIn({ data, again }: { data: DeskData; again?: string }) {
  const { t } = useTranslation();
  if (again === undefined) {
    return (
      <DoorPage>
        <LogInForm data={data} />
      </DoorPage>
    );
  }
  return (
    <Modal
      opened
      onClose={() => {}}
      withCloseButton={false}
      closeOnClickOutside={false}
      centered
      aria-label={t("logIn.again")}
      // Whoever walks by must not read what stands underneath.
      overlayProps={{ backgroundOpacity: 0.75, blur: 14 }}
    >
      <LogInForm data={data} again={again} />
    </Modal>
  );
}

function LogInForm({ data, again }: { data: DeskData; again?: string }) {
  const { t } = useTranslation();
  const [email, setEmail] = useState(again ?? "");
  const [password, setPassword] = useState("");
  const [fault, setFault] = useState<Fault | null>(null);
  const [isBusy, setIsBusy] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!email.trim() || !password) return setFault("empty");
    setIsBusy(true);
    setFault(null);
    try {
      await data.logIn(email.trim(), password);
    } catch (error) {
      setFault(faultOf(error));
      setIsBusy(false);
    }
  };

  return (
    <DoorForm
      title={again ? t("logIn.again") : t("logIn.title")}
      lead={again ? t("logIn.againLead") : t("logIn.lead")}
      onSubmit={submit}
    >
      <TextInput
        label={t("logIn.email")}
        type="email"
        size="md"
        autoComplete="username"
        inputMode="email"
        autoCapitalize="none"
        spellCheck={false}
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        data-autofocus={again === undefined || undefined}
        autoFocus={again === undefined}
        data-testid="login-email"
      />
      <PasswordInput
        label={t("logIn.password")}
        size="md"
        mt="md"
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        autoFocus={again !== undefined}
        visibilityToggleButtonProps={{ "aria-label": t("logIn.showPassword") }}
        data-testid="login-password"
      />
      <DoorFault text={fault && t(`logIn.fault.${fault}`)} testId="login-error" />
      <Button type="submit" fullWidth size="lg" mt="lg" loading={isBusy} data-testid="login-submit">
        {t("logIn.submit")}
      </Button>
      <p className={classes["help"]}>{t("logIn.help")}</p>
    </DoorForm>
  );
}
