import { leave, isOver } from "@/features/session";
import { rest } from "@/features/masquerade";
import { createQueries } from "@/ui/start";

/** One cache for the page; a session that ended or rests shows at once, whichever request noticed. */
export const queries = createQueries((error) => {
  if (isOver(error)) leave(queries, error);
  rest(queries, error);
});
