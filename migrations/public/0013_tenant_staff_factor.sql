-- Whether the owner asks those who work in the business for a second factor.
ALTER TABLE public.tenants
  ADD COLUMN staff_need_mfa boolean NOT NULL DEFAULT false;
