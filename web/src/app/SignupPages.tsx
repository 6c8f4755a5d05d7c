import "@/i18n/inside";
import { QueryClientProvider } from "@tanstack/react-query";
import { BrowserRouter, Navigate, Route, Routes } from "react-router";
import { ConfirmPage } from "@/features/signup/ConfirmPage";
import { SignupPage } from "@/features/signup/SignupPage";
import { Kit } from "@/ui/Providers";
import { createQueries } from "@/ui/start";

const queries = createQueries();

export default function SignupPages() {
  return (
    <QueryClientProvider client={queries}>
      <Kit>
        <BrowserRouter>
          <Routes>
            <Route path="/signup" element={<SignupPage />} />
            <Route path="/signup/confirm" element={<ConfirmPage />} />
            <Route path="*" element={<Navigate to="/signup" replace />} />
          </Routes>
        </BrowserRouter>
      </Kit>
    </QueryClientProvider>
  );
}
