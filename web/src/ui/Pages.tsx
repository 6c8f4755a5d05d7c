import { Button } from "@mantine/core";
import { IconFilterOff } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { t } from "@/i18n";
import { Empty, Loaded } from "./States";

interface Query<T> {
  data: { pages: { data: T[] }[] } | undefined;
  error: unknown;
  refetch: () => unknown;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

interface Props<T> {
  query: Query<T>;
  /** What there is when there is nothing at all. */
  empty: ReactNode;
  filters?: { active: boolean; clear: () => void };
  children: (rows: T[]) => ReactNode;
}

/** A list in pages: waiting, failed, empty, filtered empty, or its rows with a way to see more. */
export function Pages<T>({ query, empty, filters, children }: Props<T>) {
  return (
    <Loaded query={query}>
      {({ pages }) => {
        const rows = pages.flatMap((page) => page.data);
        if (rows.length === 0) return filters?.active ? <NothingFound onClear={filters.clear} /> : empty;
        return (
          <>
            {children(rows)}
            {query.hasNextPage && (
              <Button
                variant="default"
                mt="md"
                loading={query.isFetchingNextPage}
                onClick={() => void query.fetchNextPage()}
              >
                {t("common.loadMore")}
              </Button>
            )}
          </>
        );
      }}
    </Loaded>
  );
}

function NothingFound({ onClear }: { onClear: () => void }) {
  const clear = (
    <Button variant="default" onClick={onClear}>
      {t("common.clearFilters")}
    </Button>
  );
  return <Empty icon={IconFilterOff} title={t("common.filteredEmpty")} action={clear} />;
}
