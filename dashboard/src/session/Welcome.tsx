import { Button, PasswordInput } from "@mantine/core";
import { type DeskData, type InvitationTokens, StoreError } from "@portero/store";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { DoorFault, DoorForm, DoorPage } from "./Door.tsx";

const MIN_PASSWORD_LENGTH = 10;

type Fault = "short" | "expired" | "weak" | "unreachable" | "unexpected";

function faultOf(error: unknown): Fault {
  if (!(error instanceof StoreError)) return "unexpected";
  if (error.code === "unauthorized") return "expired";
  if (error.code === "invalid") return "weak";
  return error.code === "unreachable" ? "unreachable" : "unexpected";
}

/** What the mail server appended to the address; null when it is no invitation. */
function tokensOf(hash: string): InvitationTokens | null {
  const facts = new URLSearchParams(hash.replace(/^#/, ""));
  const accessToken = facts.get("access_token");
  const refreshToken = facts.get("refresh_token");
  return accessToken && refreshToken ? { accessToken, refreshToken } : null;
}

/** Where a mailed invitation leads: its owner chooses a password and is in. */
export function Welcome({ data, onIn }: { data: DeskData; onIn(): void }) {
  const { t } = useTranslation();
  const [tokens] = useState(() => tokensOf(window.location.hash));
  const [password, setPassword] = useState("");
  const [fault, setFault] = useState<Fault | null>(tokens ? null : "expired");
  const [isBusy, setIsBusy] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!tokens) return;
    if (password.length < MIN_PASSWORD_LENGTH) return setFault("short");
    setIsBusy(true);
    setFault(null);
    try {
      await data.acceptInvitation(tokens, password);
      onIn();
    } catch (error) {
      setFault(faultOf(error));
      setIsBusy(false);
    }
  };

  return (
    <DoorPage>
      <DoorForm title={t("welcome.title")} lead={t("welcome.lead")} onSubmit={submit}>
        {tokens && (
          <PasswordInput
            label={t("logIn.password")}
            description={t("welcome.length", { count: MIN_PASSWORD_LENGTH })}
            size="md"
            autoComplete="new-password"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            autoFocus
            visibilityToggleButtonProps={{ "aria-label": t("logIn.showPassword") }}
            data-testid="new-password"
          />
        )}
        <DoorFault
          text={fault && t(`welcome.fault.${fault}`, { count: MIN_PASSWORD_LENGTH })}
          testId="welcome-error"
        />
        {tokens ? (
          <Button
            type="submit"
            fullWidth
            size="lg"
            mt="lg"
            loading={isBusy}
            data-testid="welcome-submit"
          >
            {t("logIn.submit")}
          </Button>
        ) : (
          <Button fullWidth size="lg" mt="lg" onClick={onIn}>
            {t("welcome.toLogIn")}
          </Button>
        )}
      </DoorForm>
    </DoorPage>
  );
}
