/** Membership roles that may do a thing in their own tenant. What is not listed is refused. */
export interface TableRights {
  select: string;
  insert: string;
  update: string;
  delete: string;
}

/** Every table of the schema `public`. A foreign tenant's rows are out of reach for everyone, always. */
export const EXPECTED: Record<string, TableRights> = {
  tenants: {
    select: "owner admin guard viewer edge",
    insert: "",
    update: "owner admin",
    delete: "",
  },
  sites: {
    select: "owner admin guard viewer edge",
    insert: "owner admin",
    update: "owner admin",
    delete: "owner admin",
  },
  user_tenants: {
    select: "owner admin guard viewer",
    insert: "",
    update: "owner admin",
    delete: "owner admin",
  },
  invitations: { select: "owner admin", insert: "owner admin", update: "", delete: "owner admin" },
  units: {
    select: "owner admin guard viewer edge",
    insert: "owner admin",
    update: "owner admin",
    delete: "owner admin",
  },
  residents: {
    select: "owner admin guard viewer edge",
    insert: "owner admin",
    update: "owner admin",
    delete: "owner admin",
  },
  vehicles: {
    select: "owner admin guard viewer edge",
    insert: "owner admin",
    update: "owner admin",
    delete: "owner admin",
  },
  visitor_passes: {
    select: "owner admin guard viewer edge",
    insert: "owner admin guard",
    update: "owner admin guard",
    delete: "owner admin",
  },
  deny_list: {
    select: "owner admin guard viewer edge",
    insert: "owner admin",
    update: "owner admin",
    delete: "owner admin",
  },
  gates: {
    select: "owner admin guard viewer edge",
    insert: "owner admin",
    update: "owner admin",
    delete: "owner admin",
  },
  cameras: {
    select: "owner admin guard viewer edge",
    insert: "owner admin",
    update: "owner admin",
    delete: "owner admin",
  },
  camera_credentials: { select: "edge", insert: "", update: "", delete: "" },
  realtime_events: {
    select: "owner admin guard viewer edge",
    insert: "edge",
    update: "",
    delete: "",
  },
  gate_commands: {
    select: "owner admin guard viewer edge",
    insert: "owner admin guard",
    update: "edge",
    delete: "",
  },
  // A guard's and a viewer's are live views alone; the test asks for a camera test.
  site_orders: {
    select: "owner admin guard viewer edge",
    insert: "owner admin",
    update: "edge",
    delete: "",
  },
  site_status: { select: "owner admin guard viewer", insert: "", update: "", delete: "" },
  alert_claims: { select: "owner admin guard viewer", insert: "", update: "", delete: "" },
  enrolment_codes: { select: "owner admin", insert: "", update: "", delete: "" },
  privacy_settings: {
    select: "owner admin guard viewer",
    insert: "",
    update: "owner admin",
    delete: "",
  },
  opening_rules: {
    select: "owner admin guard viewer edge",
    insert: "",
    update: "owner admin",
    delete: "",
  },
  audit_log: { select: "owner admin", insert: "", update: "", delete: "" },
};

/** Functions of the schema `public` and who of a tenant's members gets further than a refusal in it. */
export const EXPECTED_FUNCTIONS: Record<string, string> = {
  tenant_topic: "owner admin guard viewer edge",
  register_version: "owner admin guard viewer edge",
  site_heartbeat: "edge",
  set_camera_credentials: "owner admin",
  refuse_entry: "owner admin guard",
  correct_plate: "owner admin guard",
  claim_alert: "owner admin guard",
  release_alert: "owner admin guard",
  hand_over: "owner admin guard",
  take_over: "owner admin guard",
  set_gate_mode: "owner admin guard",
  import_register: "owner admin",
  create_enrolment_code: "owner admin",
  person_summary: "owner admin",
  export_person: "owner admin",
  erase_person: "owner admin",
  // Of the guard: whoever administers, and the guard.
  sessions_of: "owner admin guard",
  end_sessions: "owner admin guard",
  find_events: "owner admin guard viewer edge",
  vehicles_inside: "owner admin guard viewer edge",
  record_gate_test: "owner admin guard",
  // Gateway's, with the service key.
  escalate_alerts: "",
  pictures_to_remove: "",
  account_of: "",
  is_enrolment_good: "",
  redeem_enrolment: "",
  admit_member: "",
};
