import type { paths } from "./schema";

// Names for the generated types; read by path, so that they follow the API wherever it keeps its schemas.
type Json<R> = R extends { content: { "application/json": infer Body } } ? Body : never;
type Ok<O> = O extends { responses: { 200: infer R } } ? Json<R> : never;
type Created<O> = O extends { responses: { 201: infer R } } ? Json<R> : never;
type Accepted<O> = O extends { responses: { 202: infer R } } ? Json<R> : never;
type Sent<O> = O extends { requestBody?: infer B } ? Json<NonNullable<B>> : never;
type Row<P> = P extends { data?: (infer T)[] | null } ? T : never;

export type Me = Ok<paths["/api/v1/me"]["get"]>;
export type SignIn = Ok<paths["/api/v1/auth/login"]["post"]>;
export type Enrolled = Ok<paths["/api/v1/auth/mfa/totp/confirm"]["post"]>;
export type Factors = Ok<paths["/api/v1/me/mfa"]["get"]>;
export type SessionRow = Row<Ok<paths["/api/v1/me/sessions"]["get"]>>;

export type Tenant = Row<Ok<paths["/api/v1/platform/tenants"]["get"]>>;
export type TenantDetail = Ok<paths["/api/v1/platform/tenants/{id}"]["get"]>;
export type TenantInput = Sent<paths["/api/v1/platform/tenants"]["post"]>;
export type Summary = Ok<paths["/api/v1/platform/summary"]["get"]>;
export type Signup = Accepted<paths["/api/v1/signup/confirm"]["post"]>;
export type SignupInput = Sent<paths["/api/v1/signup"]["post"]>;
export type Domain = Row<Ok<paths["/api/v1/platform/domains"]["get"]>>;

export type User = Row<Ok<paths["/api/v1/people"]["get"]>>;
export type Invitation = Row<Ok<paths["/api/v1/invitations"]["get"]>>;
export type SwitchInfo = Row<Ok<paths["/api/v1/people/switches"]["get"]>>;
export type Grant = Row<Ok<paths["/api/v1/grants"]["get"]>>;
export type GrantInput = Sent<paths["/api/v1/grants"]["post"]>;
export type GrantAction = Row<Ok<paths["/api/v1/grants/actions"]["get"]>>;
export type AuditEntry = Row<Ok<paths["/api/v1/platform/audit"]["get"]>>;
export type Access = Row<Ok<paths["/api/v1/access-log"]["get"]>>;
export type AccessDetail = Ok<paths["/api/v1/access-log/{id}"]["get"]>;
export type OwnBusiness = Ok<paths["/api/v1/business"]["get"]>;

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
export type Managed = Ok<paths["/api/v1/public/appointments/manage"]["post"]>;
export type PublicBooking = Created<paths["/api/v1/public/appointments"]["post"]>;

export type OutboxMail = Row<Ok<paths["/api/v1/outbox"]["get"]>>;
