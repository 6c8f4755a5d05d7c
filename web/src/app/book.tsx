import "@/ui/plain.css";
import "@/features/appointment/book/book.css";
import "@/features/appointment/book/details.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { BookPage } from "@/features/appointment/book/BookPage";
import { createQueries, start } from "@/ui/start";

start(
  <QueryClientProvider client={createQueries()}>
    <BookPage />
  </QueryClientProvider>,
);
