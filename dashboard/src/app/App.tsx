import { MantineProvider } from "@mantine/core";
import type { DeskData } from "@portero/store";
import { type Query, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { Suspense, useEffect, useState } from "react";
import { SessionGate, useSession } from "../session/session.tsx";
import { lazyPart } from "./part.ts";
import { usePreferences } from "./preferences.ts";
import { createPages } from "./router.tsx";
import { theme } from "./theme.ts";

const Welcome = lazyPart(() => import("../session/Welcome.tsx"), "Welcome");

function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: 30_000, retry: 2, refetchOnWindowFocus: true },
      mutations: { retry: false },
    },
  });
}

/** Made anew for each person: nothing that one has read is left for the next. */
function Pages() {
  const [queries] = useState(createQueries);
  const [pages] = useState(createPages);
  const { data } = useSession();
  // What failed because the session had ended is read again with the new one.
  useEffect(
    () =>
      data.watchSession((user) => {
        const failed = ({ state }: Query) => state.status === "error";
        if (user) void queries.refetchQueries({ predicate: failed });
      }),
    [data, queries],
  );
  return (
    <QueryClientProvider client={queries}>
      <RouterProvider router={pages} />
    </QueryClientProvider>
  );
}

export function App({ data }: { data: DeskData }) {
  const { isLargeType } = usePreferences();
  useEffect(() => {
    document.documentElement.toggleAttribute("data-large-type", isLargeType);
  }, [isLargeType]);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      {window.location.pathname === "/welcome" ? (
        <Suspense>
          <Welcome data={data} onIn={() => window.location.replace("/")} />
        </Suspense>
      ) : (
        <SessionGate data={data}>
          <Pages />
        </SessionGate>
      )}
    </MantineProvider>
  );
}
