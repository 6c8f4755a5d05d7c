import type { paths } from "./schema";

// Names for the generated types; read by path, so that they follow the API wherever it keeps its schemas.
type Json<R> = R extends { content: { "application/json": infer Body } } ? Body : never;
type Ok<O> = O extends { responses: { 200: infer R } } ? Json<R> : never;
type Created<O> = O extends { responses: { 201: infer R } } ? Json<R> : never;
type Sent<O> = O extends { requestBody?: infer B } ? Json<NonNullable<B>> : never;
type Row<P> = P extends { data?: (infer T)[] | null } ? T : never;

export type Me = Ok<paths["/api/v1/me"]["get"]>;
export type Tenant = Row<Ok<paths["/api/v1/platform/tenants"]["get"]>>;

export type Location = Ok<paths["/api/v1/locations/{id}"]["get"]>;
export type LocationInput = Sent<paths["/api/v1/locations"]["post"]>;
export type Resource = Ok<paths["/api/v1/resources/{id}"]["get"]>;
export type ResourceInput = Sent<paths["/api/v1/resources"]["post"]>;
export type Service = Ok<paths["/api/v1/services/{id}"]["get"]>;
export type ServiceInput = Sent<paths["/api/v1/services"]["post"]>;
export type Customer = Ok<paths["/api/v1/customers/{id}"]["get"]>;
export type CustomerInput = Sent<paths["/api/v1/customers"]["post"]>;
export type Block = Ok<paths["/api/v1/blocks/{id}"]["get"]>;
export type BlockInput = Sent<paths["/api/v1/blocks"]["post"]>;

export type Appointment = Ok<paths["/api/v1/appointments/{id}"]["get"]>;
export type AppointmentInput = Sent<paths["/api/v1/appointments"]["post"]>;
export type RescheduleInput = Sent<paths["/api/v1/appointments/{id}/reschedule"]["post"]>;

export type Business = Ok<paths["/api/v1/public/business"]["get"]>;
export type PublicService = Row<Ok<paths["/api/v1/public/services"]["get"]>>;
export type PublicBookingInput = Sent<paths["/api/v1/public/appointments"]["post"]>;
export type PublicBooking = Created<paths["/api/v1/public/appointments"]["post"]>;

export type OutboxMail = Row<Ok<paths["/api/v1/outbox"]["get"]>>;
