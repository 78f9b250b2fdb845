import { queryOptions } from "@tanstack/react-query";
import { useSession } from "../session/session.tsx";

/** Where the logged-in person works. */
export function useMembershipsQuery() {
  const { data, user } = useSession();
  return queryOptions({
    queryKey: ["memberships", user.id],
    queryFn: ({ signal }) => data.memberships(user.id, signal),
    staleTime: 5 * 60_000,
  });
}
