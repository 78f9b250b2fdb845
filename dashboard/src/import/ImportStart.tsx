import { Button, FileButton, Textarea } from "@mantine/core";
import { IMPORT_COLUMNS } from "@portero/access";
import { IconDownload, IconFileSpreadsheet } from "@tabler/icons-react";
import { type DragEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useTenant } from "../app/tenant.tsx";
import { csvOf, download, fileName } from "../ui/csv.ts";
import classes from "./ImportPage.module.css";
import { columnWords } from "./import-words.ts";
import type { ReadingFault } from "./reading.ts";
import { useRegisterCsv } from "./register-csv.ts";

/** Brings a list: a file, chosen or dropped, or lines pasted from a spreadsheet. */
export function ImportStart(props: {
  fault: ReadingFault | null;
  isBusy: boolean;
  onRead(source: string | Blob): void;
}) {
  const { fault, isBusy, onRead } = props;
  const { t } = useTranslation();
  const { membership } = useTenant();
  const registerCsv = useRegisterCsv();
  const [typed, setTyped] = useState("");
  const [isOver, setIsOver] = useState(false);

  const drop = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    const file = event.dataTransfer.files[0];
    if (file) onRead(file);
  };
  const template = async () => {
    const heads = IMPORT_COLUMNS.map((column) => columnWords(column, t));
    const example = IMPORT_COLUMNS.map((column) => t(`import.example.${column}`));
    download(
      `${fileName(membership.tenantName, t("import.templateFile"))}.csv`,
      await csvOf(heads, [example]),
    );
  };

  return (
    <>
      {fault && (
        <p className={classes["fault"]} role="alert" data-testid="import-fault">
          {t(`import.fault.${fault}`)}
        </p>
      )}
      <div className={classes["start"]}>
        <section
          className={classes["card"]}
          aria-label={t("import.file")}
          data-over={isOver || undefined}
          onDragOver={(event) => {
            event.preventDefault();
            setIsOver(true);
          }}
          onDragLeave={() => setIsOver(false)}
          onDrop={drop}
        >
          <h2>{t("import.file")}</h2>
          <p>{t("import.fileHint")}</p>
          <FileButton
            onChange={(file) => file && onRead(file)}
            accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values,text/plain"
            inputProps={{ "aria-label": t("import.choose") }}
          >
            {(button) => (
              <Button
                {...button}
                leftSection={<IconFileSpreadsheet size={18} />}
                loading={isBusy}
                data-testid="import-choose"
              >
                {t("import.choose")}
              </Button>
            )}
          </FileButton>
          <p>{t("import.templateHint")}</p>
          <Button
            variant="default"
            leftSection={<IconDownload size={17} />}
            onClick={() => void template()}
            data-testid="import-template"
          >
            {t("import.template")}
          </Button>
          <Button
            variant="default"
            leftSection={<IconDownload size={17} />}
            onClick={() => void registerCsv()}
            data-testid="register-export"
          >
            {t("import.exportRegister")}
          </Button>
        </section>
        <section className={classes["card"]} aria-label={t("import.paste")}>
          <h2>{t("import.paste")}</h2>
          <p>{t("import.pasteHint")}</p>
          <Textarea
            className={classes["paste"] ?? ""}
            aria-label={t("import.paste")}
            placeholder={t("import.pastePlaceholder")}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            onPaste={(event) => {
              // A long list goes straight to be read: drawing it here would take longer than comparing it.
              const text = event.clipboardData.getData("text/plain");
              if (typed !== "" || !text.includes("\n")) return;
              event.preventDefault();
              setTyped(text.length < 20_000 ? text : "");
              onRead(text);
            }}
            rows={9}
            spellCheck={false}
            data-testid="import-paste"
          />
          <Button
            variant="light"
            onClick={() => onRead(typed)}
            disabled={typed.trim() === ""}
            loading={isBusy}
            data-testid="import-read"
          >
            {t("import.look")}
          </Button>
        </section>
      </div>
    </>
  );
}
