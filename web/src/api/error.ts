import type { Slot } from "@/lib/slots";

export interface FieldError {
  location: string;
  message: string;
}

interface Problem {
  status?: number;
  code?: string;
  title?: string;
  detail?: string;
  errors?: Partial<FieldError>[] | null;
  alternatives?: Slot[] | null;
  request_id?: string;
}

/** What the server refused, or status 0 when it could not be reached. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: FieldError[];
  readonly alternatives: Slot[];
  readonly requestId: string | undefined;

  constructor(status: number, problem: Problem) {
    super(problem.detail ?? problem.title ?? "");
    this.name = "ApiError";
    this.status = status;
    this.code = problem.code ?? (status === 0 ? "unreachable" : "unknown");
    this.fields = (problem.errors ?? []).map(({ location = "", message = "" }) => ({ location, message }));
    this.alternatives = problem.alternatives ?? [];
    this.requestId = problem.request_id;
  }

  static from(status: number, body: unknown): ApiError {
    return new ApiError(status, typeof body === "object" && body !== null ? body : {});
  }

  /** Messages by form field: "body.opening_hours[0].from" becomes "opening_hours.0.from". */
  byField(): Record<string, string> {
    return Object.fromEntries(
      this.fields.map(({ location, message }) => [
        location.replace(/^(body|query|path)\.?/, "").replaceAll(/\[(\d+)\]/g, ".$1"),
        message,
      ]),
    );
  }
}

export function isApiError(error: unknown, ...codes: string[]): error is ApiError {
  return error instanceof ApiError && (codes.length === 0 || codes.includes(error.code));
}
