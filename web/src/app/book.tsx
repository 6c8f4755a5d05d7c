import "@/ui/plain.css";
import "@/features/appointment/book/book.css";
import "@/features/appointment/book/details.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { BookPage } from "@/features/appointment/book/BookPage";
import { ManagePage } from "@/features/appointment/manage/ManagePage";
import { createQueries, start } from "@/ui/start";
import { Acting } from "./Acting";

start(
  <QueryClientProvider client={createQueries()}>
    <Acting />
    {window.location.pathname === "/book/manage" ? <ManagePage /> : <BookPage />}
  </QueryClientProvider>,
);
