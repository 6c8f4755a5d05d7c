export { AuditList } from "./AuditList";
export { auditText } from "./words";
