import "@mantine/core/styles.layer.css";
import { Alert } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { FormEvent, ReactNode } from "react";
import { LanguagePicker } from "../app/LanguagePicker.tsx";
import { Wordmark } from "../ui/Wordmark.tsx";
import classes from "./Door.module.css";

/** A page of its own for a form that stands before everything else. */
export function DoorPage({ children }: { children: ReactNode }) {
  return (
    <main className={classes["page"]}>
      <section className={classes["card"]}>{children}</section>
    </main>
  );
}

interface DoorFormProps {
  title: string;
  lead: string;
  onSubmit(event: FormEvent): void;
  children: ReactNode;
}

/** What stands between a person and the pages: a password, asked for or chosen. */
export function DoorForm({ title, lead, onSubmit, children }: DoorFormProps) {
  return (
    <form onSubmit={onSubmit} noValidate>
      <header className={classes["head"]}>
        <Wordmark />
        <LanguagePicker />
      </header>
      <h1 className={classes["title"]}>{title}</h1>
      <p className={classes["lead"]}>{lead}</p>
      {children}
    </form>
  );
}

/** Why it stays shut; said aloud when it appears. */
export function DoorFault({ text, testId }: { text: string | null; testId: string }) {
  return (
    <div aria-live="assertive">
      {text !== null && (
        <Alert
          mt="md"
          color="red"
          variant="light"
          icon={<IconAlertTriangle size={20} />}
          data-testid={testId}
        >
          {text}
        </Alert>
      )}
    </div>
  );
}
