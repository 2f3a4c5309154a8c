// A query as state: loading, the answer, or what went wrong with a way to try again.
import { useCallback, useEffect, useState } from "preact/hooks";
import { ApiError, type Document } from "../graphql/document";
import { request } from "../graphql/request";

export interface Queried<Result> {
  data: Result | undefined;
  error: ApiError | undefined;
  loading: boolean;
  again: () => void;
}

export function useQuery<Result, Variables>(
  document: Document<Result, Variables>,
  variables: Variables,
): Queried<Result> {
  const [round, setRound] = useState(0);
  const [answer, setAnswer] = useState<Omit<Queried<Result>, "again">>({ data: undefined, error: undefined, loading: true });
  const key = JSON.stringify(variables);
  useEffect(() => {
    let current = true;
    setAnswer((before) => ({ ...before, error: undefined, loading: true }));
    request(document, variables).then(
      (data) => current && setAnswer({ data, error: undefined, loading: false }),
      (error: unknown) =>
        current &&
        setAnswer((before) => ({
          ...before,
          error: error instanceof ApiError ? error : new ApiError("something went wrong on this page", "page"),
          loading: false,
        })),
    );
    return () => {
      current = false;
    };
  }, [key, round]);
  const again = useCallback(() => setRound((n) => n + 1), []);
  return { ...answer, again };
}
