import { Button, Checkbox, TextInput } from "@mantine/core";
import type { PersonCounts, PersonSubject } from "@portero/store";
import { IconDownload, IconSearch, IconTrash } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { useTenant } from "../app/tenant.tsx";
import { faultWords } from "../ui/fault-words.ts";
import classes from "./PrivacyPage.module.css";
import { type Found, subjectOf, usePeopleFound } from "./people-found.ts";
import { usePersonCopy } from "./person-copy.ts";

/** Finds one person's data, gives a copy of it, or erases it. Nobody guesses who is the same by a name. */
export function PersonData() {
  const { t } = useTranslation();
  const { membership, data } = useTenant();
  const queries = useQueryClient();
  const [typed, setTyped] = useState("");
  const search = useDeferredValue(typed);
  const found = usePeopleFound(search);
  const [chosen, setChosen] = useState<readonly Found[]>([]);
  const [reference, setReference] = useState("");
  const [isSure, setIsSure] = useState(false);
  const [isErasing, setIsErasing] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [erased, setErased] = useState<PersonCounts | null>(null);
  const copy = usePersonCopy();
  const subject: PersonSubject = subjectOf(chosen);
  const summary = useQuery({
    queryKey: [membership.tenantId, "person", subject],
    queryFn: ({ signal }) => data.personSummary(subject, signal),
    enabled: chosen.length > 0,
    staleTime: 0,
  });
  const isAsked = reference.trim() !== "";
  const shown = [...chosen, ...found.filter(({ id }) => !chosen.some((one) => one.id === id))];

  const toggle = (one: Found, isOn: boolean) => {
    setChosen((before) => (isOn ? [...before, one] : before.filter(({ id }) => id !== one.id)));
    setIsSure(false);
    setErased(null);
  };
  const erase = async () => {
    setIsErasing(true);
    setError(null);
    try {
      setErased(await data.erasePerson(subject, reference.trim()));
      setChosen([]);
      setTyped("");
      setReference("");
      setIsSure(false);
      void queries.invalidateQueries({ queryKey: [membership.tenantId] });
    } catch (cause) {
      setError(cause);
    } finally {
      setIsErasing(false);
    }
  };

  return (
    <section className={classes["card"]} aria-label={t("privacy.person")}>
      <h2>{t("privacy.person")}</h2>
      <p>{t("privacy.personLead")}</p>
      <TextInput
        aria-label={t("privacy.search")}
        placeholder={t("privacy.search")}
        leftSection={<IconSearch size={18} />}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        data-testid="person-search"
      />
      {erased && (
        <p className={classes["done"]} role="status" data-testid="person-erased">
          {t("privacy.erased", { ...erased })}
        </p>
      )}
      {shown.length > 0 && (
        <ul className={classes["found"]}>
          {shown.map((one) => (
            <li key={one.id}>
              <Checkbox
                label={<bdi>{one.label}</bdi>}
                description={t(`privacy.is.${one.kind}`)}
                checked={chosen.some(({ id }) => id === one.id)}
                onChange={(event) => toggle(one, event.currentTarget.checked)}
                data-testid="person-found"
              />
            </li>
          ))}
        </ul>
      )}
      {search.trim() !== "" && shown.length === 0 && <p>{t("table.nothing", { typed: search })}</p>}
      {chosen.length > 0 && (
        <>
          <p data-testid="person-summary">
            {summary.data
              ? t("privacy.summary", { ...summary.data })
              : summary.isError
                ? faultWords(summary.error, t)
                : t("table.loading")}
          </p>
          <TextInput
            label={t("privacy.reference")}
            description={t("privacy.referenceHint")}
            value={reference}
            onChange={(event) => setReference(event.currentTarget.value)}
            maxLength={60}
            required
            data-testid="person-reference"
          />
          <footer>
            <Button
              variant="default"
              leftSection={<IconDownload size={17} />}
              disabled={!isAsked}
              loading={copy.isBusy}
              onClick={() => void copy.save(subject, reference.trim())}
              data-testid="person-copy"
            >
              {t("privacy.copy")}
            </Button>
            {!isSure && (
              <Button
                variant="light"
                color="red"
                leftSection={<IconTrash size={17} />}
                disabled={!isAsked || !summary.data}
                onClick={() => setIsSure(true)}
                data-testid="person-erase"
              >
                {t("privacy.erase")}
              </Button>
            )}
          </footer>
        </>
      )}
      {isSure && summary.data && (
        <div className={classes["sure"]} role="alert">
          <p>
            {t("privacy.eraseQuestion", {
              who: chosen.map(({ label }) => label).join(", "),
              ...summary.data,
            })}
          </p>
          <Button
            color="red.9"
            loading={isErasing}
            onClick={() => void erase()}
            data-testid="person-erase-sure"
          >
            {t("privacy.eraseSure")}
          </Button>
          <Button variant="default" onClick={() => setIsSure(false)}>
            {t("action.cancel")}
          </Button>
        </div>
      )}
      {(error ?? copy.error) !== null && (
        <p className={classes["fault"]} role="alert">
          {faultWords(error ?? copy.error, t)}
        </p>
      )}
    </section>
  );
}
