import { queryOptions } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import type { Signup, SignupInput } from "@/api/types";

export function slugState(slug: string) {
  return queryOptions({
    queryKey: ["slug", slug],
    queryFn: ({ signal }) => take(api.GET("/api/v1/signup/slug", { params: { query: { slug } }, signal })),
    enabled: slug !== "",
    staleTime: 30_000,
  });
}

export const signUp = (body: SignupInput) => take(api.POST("/api/v1/signup", { body }));

export const confirmSignup = (body: { token: string; password: string; slug?: string }): Promise<Signup> =>
  take(api.POST("/api/v1/signup/confirm", { body }));

/** How far the business is; asked again until it is ready or cannot be made. */
export function signupOf(id: string) {
  return queryOptions({
    queryKey: ["signup", id],
    queryFn: ({ signal }): Promise<Signup> =>
      take(api.GET("/api/v1/signup/{id}", { params: { path: { id } }, signal })),
    refetchInterval: ({ state: { data } }) =>
      data?.state === "READY" || data?.state === "FAILED" ? false : 1000,
  });
}
