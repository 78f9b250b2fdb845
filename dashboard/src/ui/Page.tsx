import "@mantine/core/styles.layer.css";
import type { ReactNode } from "react";
import classes from "./Page.module.css";

interface PageProps {
  title: string;
  lead?: ReactNode;
  /** Search and filters, left; actions, right. */
  tools?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A page of the administration: calm, dense, its tools always in reach. */
export function Page({ title, lead, tools, actions, children }: PageProps) {
  return (
    <div className={classes["page"]}>
      <header className={classes["head"]}>
        <div>
          <h1>{title}</h1>
          {lead && <p>{lead}</p>}
        </div>
        {actions && <div className={classes["actions"]}>{actions}</div>}
      </header>
      {tools && <div className={classes["tools"]}>{tools}</div>}
      <div className={classes["body"]}>{children}</div>
    </div>
  );
}
