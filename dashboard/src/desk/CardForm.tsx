import { Alert, Button, Group } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { faultWords } from "../ui/fault-words.ts";
import { SideDrawer } from "../ui/SideDrawer.tsx";
import { useAttempt } from "../ui/use-attempt.ts";

interface CardFormProps {
  title: string;
  /** What saving alone is called, and saving and opening. */
  words: { save: string; saveAndOpen: string };
  isValid: boolean;
  /** Keeps what was typed; what it throws is said in place and nothing is lost. */
  onSave(): Promise<unknown>;
  onClose(): void;
  /** Opens the gate; null where nothing can be opened. */
  onOpen: (() => void) | null;
  /** Tests find the form as `<testId>-form`, its buttons as `<testId>-save` and `<testId>-open`. */
  testId: string;
  /** What is missing is said only once somebody has tried. */
  children(hasTried: boolean): ReactNode;
}

/** Writes whoever stands at the gate down, and then opens where that may be. */
export function CardForm(props: CardFormProps) {
  const { title, words, isValid, onSave, onClose, onOpen, testId, children } = props;
  const { t } = useTranslation();
  const { busy, error, attempt } = useAttempt<"save" | "open">();
  const [hasTried, setHasTried] = useState(false);
  const save = async (what: "save" | "open") => {
    setHasTried(true);
    if (!isValid || !(await attempt(what, onSave))) return;
    if (what === "open") onOpen?.();
    onClose();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save(onOpen ? "open" : "save");
  };
  return (
    <SideDrawer title={title} onClose={onClose}>
      <form onSubmit={submit} data-testid={`${testId}-form`}>
        {children(hasTried)}
        {error !== null && (
          <Alert mt="md" color="violet" role="alert">
            {faultWords(error, t)}
          </Alert>
        )}
        <Group mt="xl" justify="flex-end">
          <Button
            variant="default"
            size="md"
            loading={busy === "save"}
            disabled={busy !== null}
            onClick={() => void save("save")}
            data-testid={`${testId}-save`}
          >
            {words.save}
          </Button>
          {onOpen && (
            <Button
              type="submit"
              size="md"
              style={{ background: "var(--admitted-fill)", color: "#fff" }}
              loading={busy === "open"}
              disabled={busy !== null}
              data-testid={`${testId}-open`}
            >
              {words.saveAndOpen}
            </Button>
          )}
        </Group>
      </form>
    </SideDrawer>
  );
}
