// Generated from infra/supabase/migrations by the Supabase CLI; `npm test` compares it. Do not edit.
export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[]

export type Database = {
  
  "public": {
          Tables: {
            "alert_claims": {
                  Row: {
                    "claimed_at": string,"claimed_by": string,"claimed_by_name": string,"event_id": string,"expires_at": string,"tenant_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "claimed_at"?: string,"claimed_by"?: string,"claimed_by_name"?: string,"event_id": string,"expires_at"?: string,"tenant_id": string
                  }
                  Update: {
                    "claimed_at"?: string,"claimed_by"?: string,"claimed_by_name"?: string,"event_id"?: string,"expires_at"?: string,"tenant_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "alert_claims_tenant_id_event_id_fkey"
      columns: ["tenant_id","event_id"]
isOneToOne: true
      referencedRelation: "realtime_events"
      referencedColumns: ["tenant_id","id"]
    }
                  ]
                },"audit_log": {
                  Row: {
                    "action": string,"actor": string | null,"actor_name": string | null,"after": Json | null,"at": string,"before": Json | null,"erased_at": string | null,"id": number,"row_id": string | null,"table_name": string,"tenant_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "action": string,"actor"?: string | null,"actor_name"?: string | null,"after"?: Json | null,"at"?: string,"before"?: Json | null,"erased_at"?: string | null,"id"?: never,"row_id"?: string | null,"table_name": string,"tenant_id": string
                  }
                  Update: {
                    "action"?: string,"actor"?: string | null,"actor_name"?: string | null,"after"?: Json | null,"at"?: string,"before"?: Json | null,"erased_at"?: string | null,"id"?: never,"row_id"?: string | null,"table_name"?: string,"tenant_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "audit_log_tenant_id_fkey"
      columns: ["tenant_id"]
isOneToOne: false
      referencedRelation: "tenants"
      referencedColumns: ["id"]
    }
                  ]
                },"camera_credentials": {
                  Row: {
                    "camera_id": string,"sealed": string,"tenant_id": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "camera_id": string,"sealed": string,"tenant_id": string,"updated_at"?: string
                  }
                  Update: {
                    "camera_id"?: string,"sealed"?: string,"tenant_id"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "camera_credentials_tenant_id_camera_id_fkey"
      columns: ["tenant_id","camera_id"]
isOneToOne: true
      referencedRelation: "cameras"
      referencedColumns: ["tenant_id","id"]
    }
                  ]
                },"cameras": {
                  Row: {
                    "active": boolean,"base_url": string,"created_at": string,"direction": string,"gate_id": string | null,"id": string,"name": string,"settings": NonNullable<Json>,"site_id": string,"stream": number,"tenant_id": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "active"?: boolean,"base_url": string,"created_at"?: string,"direction"?: string,"gate_id"?: string | null,"id"?: string,"name": string,"settings"?: NonNullable<Json>,"site_id": string,"stream"?: number,"tenant_id": string,"updated_at"?: string
                  }
                  Update: {
                    "active"?: boolean,"base_url"?: string,"created_at"?: string,"direction"?: string,"gate_id"?: string | null,"id"?: string,"name"?: string,"settings"?: NonNullable<Json>,"site_id"?: string,"stream"?: number,"tenant_id"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "cameras_tenant_id_gate_id_fkey"
      columns: ["tenant_id","gate_id"]
isOneToOne: false
      referencedRelation: "gates"
      referencedColumns: ["tenant_id","id"]
    },{
      foreignKeyName: "cameras_tenant_id_site_id_fkey"
      columns: ["tenant_id","site_id"]
isOneToOne: false
      referencedRelation: "sites"
      referencedColumns: ["tenant_id","id"]
    }
                  ]
                },"deny_list": {
                  Row: {
                    "created_at": string,"created_by": string | null,"id": string,"plate": string,"reason": string,"tenant_id": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"created_by"?: string | null,"id"?: string,"plate": string,"reason": string,"tenant_id": string,"updated_at"?: string
                  }
                  Update: {
                    "created_at"?: string,"created_by"?: string | null,"id"?: string,"plate"?: string,"reason"?: string,"tenant_id"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "deny_list_tenant_id_fkey"
      columns: ["tenant_id"]
isOneToOne: false
      referencedRelation: "tenants"
      referencedColumns: ["id"]
    }
                  ]
                },"enrolment_codes": {
                  Row: {
                    "box_name": string | null,"created_at": string,"created_by": string,"expires_at": string,"id": string,"site_id": string,"tenant_id": string,"used_at": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "box_name"?: string | null,"created_at"?: string,"created_by": string,"expires_at"?: string,"id"?: string,"site_id": string,"tenant_id": string,"used_at"?: string | null
                  }
                  Update: {
                    "box_name"?: string | null,"created_at"?: string,"created_by"?: string,"expires_at"?: string,"id"?: string,"site_id"?: string,"tenant_id"?: string,"used_at"?: string | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "enrolment_codes_tenant_id_site_id_fkey"
      columns: ["tenant_id","site_id"]
isOneToOne: false
      referencedRelation: "sites"
      referencedColumns: ["tenant_id","id"]
    }
                  ]
                },"gate_commands": {
                  Row: {
                    "action": string,"alert_event_id": string | null,"detail": string | null,"expires_at": string,"gate_id": string,"id": string,"reason": string,"requested_at": string,"requested_by": string,"requested_by_name": string,"site_id": string,"status": string,"tenant_id": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "action"?: string,"alert_event_id"?: string | null,"detail"?: string | null,"expires_at"?: string,"gate_id": string,"id"?: string,"reason": string,"requested_at"?: string,"requested_by"?: string,"requested_by_name"?: string,"site_id"?: string,"status"?: string,"tenant_id": string,"updated_at"?: string
                  }
                  Update: {
                    "action"?: string,"alert_event_id"?: string | null,"detail"?: string | null,"expires_at"?: string,"gate_id"?: string,"id"?: string,"reason"?: string,"requested_at"?: string,"requested_by"?: string,"requested_by_name"?: string,"site_id"?: string,"status"?: string,"tenant_id"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "gate_commands_tenant_id_gate_id_fkey"
      columns: ["tenant_id","gate_id"]
isOneToOne: false
      referencedRelation: "gates"
      referencedColumns: ["tenant_id","id"]
    }
                  ]
                },"gates": {
                  Row: {
                    "actuator": NonNullable<Json>,"created_at": string,"id": string,"mode": string,"name": string,"site_id": string,"tenant_id": string,"tested": Json | null,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "actuator": NonNullable<Json>,"created_at"?: string,"id"?: string,"mode"?: string,"name": string,"site_id": string,"tenant_id": string,"tested"?: Json | null,"updated_at"?: string
                  }
                  Update: {
                    "actuator"?: NonNullable<Json>,"created_at"?: string,"id"?: string,"mode"?: string,"name"?: string,"site_id"?: string,"tenant_id"?: string,"tested"?: Json | null,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "gates_tenant_id_site_id_fkey"
      columns: ["tenant_id","site_id"]
isOneToOne: false
      referencedRelation: "sites"
      referencedColumns: ["tenant_id","id"]
    }
                  ]
                },"invitations": {
                  Row: {
                    "accepted_at": string | null,"created_at": string,"display_name": string,"email": string,"expires_at": string,"id": string,"invited_by": string | null,"role": string,"tenant_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "accepted_at"?: string | null,"created_at"?: string,"display_name": string,"email": string,"expires_at"?: string,"id"?: string,"invited_by"?: string | null,"role": string,"tenant_id": string
                  }
                  Update: {
                    "accepted_at"?: string | null,"created_at"?: string,"display_name"?: string,"email"?: string,"expires_at"?: string,"id"?: string,"invited_by"?: string | null,"role"?: string,"tenant_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "invitations_tenant_id_fkey"
      columns: ["tenant_id"]
isOneToOne: false
      referencedRelation: "tenants"
      referencedColumns: ["id"]
    }
                  ]
                },"opening_rules": {
                  Row: {
                    "min_agreeing_frames": number,"min_character_confidence": number,"min_lead": number,"tenant_id": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "min_agreeing_frames"?: number,"min_character_confidence"?: number,"min_lead"?: number,"tenant_id": string,"updated_at"?: string
                  }
                  Update: {
                    "min_agreeing_frames"?: number,"min_character_confidence"?: number,"min_lead"?: number,"tenant_id"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "opening_rules_tenant_id_fkey"
      columns: ["tenant_id"]
isOneToOne: true
      referencedRelation: "tenants"
      referencedColumns: ["id"]
    }
                  ]
                },"privacy_settings": {
                  Row: {
                    "audit_days": number,"events_days": number,"passes_days": number,"pictures_days": number,"stranger_plates_days": number,"tenant_id": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "audit_days"?: number,"events_days"?: number,"passes_days"?: number,"pictures_days"?: number,"stranger_plates_days"?: number,"tenant_id": string,"updated_at"?: string
                  }
                  Update: {
                    "audit_days"?: number,"events_days"?: number,"passes_days"?: number,"pictures_days"?: number,"stranger_plates_days"?: number,"tenant_id"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "privacy_settings_tenant_id_fkey"
      columns: ["tenant_id"]
isOneToOne: true
      referencedRelation: "tenants"
      referencedColumns: ["id"]
    }
                  ]
                },"realtime_events": {
                  Row: {
                    "camera_id": string | null,"created_at": string,"event_type": string,"gate_id": string | null,"id": string,"is_late": boolean,"occurred_at": string,"payload": NonNullable<Json>,"plate": string | null,"seq": number,"site_id": string | null,"snapshot_path": string | null,"tenant_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "camera_id"?: string | null,"created_at"?: string,"event_type": string,"gate_id"?: string | null,"id": string,"is_late"?: boolean,"occurred_at": string,"payload"?: NonNullable<Json>,"plate"?: never,"seq"?: number,"site_id"?: string | null,"snapshot_path"?: string | null,"tenant_id": string
                  }
                  Update: {
                    "camera_id"?: string | null,"created_at"?: string,"event_type"?: string,"gate_id"?: string | null,"id"?: string,"is_late"?: boolean,"occurred_at"?: string,"payload"?: NonNullable<Json>,"plate"?: never,"seq"?: number,"site_id"?: string | null,"snapshot_path"?: string | null,"tenant_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "realtime_events_tenant_id_fkey"
      columns: ["tenant_id"]
isOneToOne: false
      referencedRelation: "tenants"
      referencedColumns: ["id"]
    }
                  ]
                },"residents": {
                  Row: {
                    "active": boolean,"created_at": string,"email": string | null,"full_name": string,"id": string,"phone": string | null,"tenant_id": string,"unit_id": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "active"?: boolean,"created_at"?: string,"email"?: string | null,"full_name": string,"id"?: string,"phone"?: string | null,"tenant_id": string,"unit_id": string,"updated_at"?: string
                  }
                  Update: {
                    "active"?: boolean,"created_at"?: string,"email"?: string | null,"full_name"?: string,"id"?: string,"phone"?: string | null,"tenant_id"?: string,"unit_id"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "residents_tenant_id_unit_id_fkey"
      columns: ["tenant_id","unit_id"]
isOneToOne: false
      referencedRelation: "units"
      referencedColumns: ["tenant_id","id"]
    }
                  ]
                },"site_orders": {
                  Row: {
                    "expires_at": string,"id": string,"kind": string,"request": NonNullable<Json>,"requested_at": string,"requested_by": string,"result": NonNullable<Json>,"sealed": string | null,"site_id": string,"status": string,"tenant_id": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "expires_at"?: string,"id"?: string,"kind": string,"request"?: NonNullable<Json>,"requested_at"?: string,"requested_by"?: string,"result"?: NonNullable<Json>,"sealed"?: string | null,"site_id": string,"status"?: string,"tenant_id": string,"updated_at"?: string
                  }
                  Update: {
                    "expires_at"?: string,"id"?: string,"kind"?: string,"request"?: NonNullable<Json>,"requested_at"?: string,"requested_by"?: string,"result"?: NonNullable<Json>,"sealed"?: string | null,"site_id"?: string,"status"?: string,"tenant_id"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "site_orders_tenant_id_site_id_fkey"
      columns: ["tenant_id","site_id"]
isOneToOne: false
      referencedRelation: "sites"
      referencedColumns: ["tenant_id","id"]
    }
                  ]
                },"site_status": {
                  Row: {
                    "reported_at": string,"site_id": string,"status": NonNullable<Json>,"tenant_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "reported_at"?: string,"site_id": string,"status"?: NonNullable<Json>,"tenant_id": string
                  }
                  Update: {
                    "reported_at"?: string,"site_id"?: string,"status"?: NonNullable<Json>,"tenant_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "site_status_tenant_id_site_id_fkey"
      columns: ["tenant_id","site_id"]
isOneToOne: true
      referencedRelation: "sites"
      referencedColumns: ["tenant_id","id"]
    }
                  ]
                },"sites": {
                  Row: {
                    "created_at": string,"id": string,"name": string,"public_key": string | null,"tenant_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"id"?: string,"name": string,"public_key"?: string | null,"tenant_id": string
                  }
                  Update: {
                    "created_at"?: string,"id"?: string,"name"?: string,"public_key"?: string | null,"tenant_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "sites_tenant_id_fkey"
      columns: ["tenant_id"]
isOneToOne: false
      referencedRelation: "tenants"
      referencedColumns: ["id"]
    }
                  ]
                },"tenants": {
                  Row: {
                    "country": string,"created_at": string,"id": string,"name": string,"settings": NonNullable<Json>,"time_zone": string
                  }
                  ComputedFields: never
                  Insert: {
                    "country"?: string,"created_at"?: string,"id"?: string,"name": string,"settings"?: NonNullable<Json>,"time_zone"?: string
                  }
                  Update: {
                    "country"?: string,"created_at"?: string,"id"?: string,"name"?: string,"settings"?: NonNullable<Json>,"time_zone"?: string
                  }
                  Relationships: [
                    
                  ]
                },"units": {
                  Row: {
                    "created_at": string,"id": string,"name": string,"notes": string | null,"tenant_id": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"id"?: string,"name": string,"notes"?: string | null,"tenant_id": string,"updated_at"?: string
                  }
                  Update: {
                    "created_at"?: string,"id"?: string,"name"?: string,"notes"?: string | null,"tenant_id"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "units_tenant_id_fkey"
      columns: ["tenant_id"]
isOneToOne: false
      referencedRelation: "tenants"
      referencedColumns: ["id"]
    }
                  ]
                },"user_tenants": {
                  Row: {
                    "active": boolean,"created_at": string,"display_name": string,"role": string,"site_id": string | null,"tenant_id": string,"user_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "active"?: boolean,"created_at"?: string,"display_name": string,"role": string,"site_id"?: string | null,"tenant_id": string,"user_id": string
                  }
                  Update: {
                    "active"?: boolean,"created_at"?: string,"display_name"?: string,"role"?: string,"site_id"?: string | null,"tenant_id"?: string,"user_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "user_tenants_tenant_id_fkey"
      columns: ["tenant_id"]
isOneToOne: false
      referencedRelation: "tenants"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "user_tenants_tenant_id_site_id_fkey"
      columns: ["tenant_id","site_id"]
isOneToOne: false
      referencedRelation: "sites"
      referencedColumns: ["tenant_id","id"]
    }
                  ]
                },"vehicles": {
                  Row: {
                    "active": boolean,"created_at": string,"description": string | null,"id": string,"plate": string,"plate_class": string | null,"resident_id": string,"schedule": Json | null,"tenant_id": string,"updated_at": string,"valid_from": string,"valid_until": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "active"?: boolean,"created_at"?: string,"description"?: string | null,"id"?: string,"plate": string,"plate_class"?: never,"resident_id": string,"schedule"?: Json | null,"tenant_id": string,"updated_at"?: string,"valid_from"?: string,"valid_until"?: string | null
                  }
                  Update: {
                    "active"?: boolean,"created_at"?: string,"description"?: string | null,"id"?: string,"plate"?: string,"plate_class"?: never,"resident_id"?: string,"schedule"?: Json | null,"tenant_id"?: string,"updated_at"?: string,"valid_from"?: string,"valid_until"?: string | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "vehicles_tenant_id_resident_id_fkey"
      columns: ["tenant_id","resident_id"]
isOneToOne: false
      referencedRelation: "residents"
      referencedColumns: ["tenant_id","id"]
    }
                  ]
                },"visitor_passes": {
                  Row: {
                    "created_at": string,"created_by": string | null,"id": string,"max_uses": number,"plate": string | null,"revoked_at": string | null,"schedule": Json | null,"tenant_id": string,"unit_id": string,"updated_at": string,"uses": number,"valid_from": string,"valid_until": string,"visitor_name": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"created_by"?: string | null,"id"?: string,"max_uses"?: number,"plate"?: string | null,"revoked_at"?: string | null,"schedule"?: Json | null,"tenant_id": string,"unit_id": string,"updated_at"?: string,"uses"?: number,"valid_from"?: string,"valid_until": string,"visitor_name": string
                  }
                  Update: {
                    "created_at"?: string,"created_by"?: string | null,"id"?: string,"max_uses"?: number,"plate"?: string | null,"revoked_at"?: string | null,"schedule"?: Json | null,"tenant_id"?: string,"unit_id"?: string,"updated_at"?: string,"uses"?: number,"valid_from"?: string,"valid_until"?: string,"visitor_name"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "visitor_passes_tenant_id_unit_id_fkey"
      columns: ["tenant_id","unit_id"]
isOneToOne: false
      referencedRelation: "units"
      referencedColumns: ["tenant_id","id"]
    }
                  ]
                }
          }
          Views: {
            [_ in never]: never
          }
          Functions: {
            "account_of":
{ Args: { "p_email": string }; Returns: Json
                           },
"admit_member":
{ Args: { "p_display_name": string,"p_email": string,"p_invited_by": string,"p_role": string,"p_tenant_id": string,"p_user_id": string }; Returns: undefined
                           },
"claim_alert":
{ Args: { "p_alert_event_id": string,"p_tenant_id": string }; Returns: {
              "claimed_at": string,
"claimed_by": string,
"claimed_by_name": string,
"event_id": string,
"expires_at": string,
"tenant_id": string
            }
                          SetofOptions: {
        from: "*"
        to: "alert_claims"
        isOneToOne: true
        isSetofReturn: false
      } },
"correct_plate":
{ Args: { "p_alert_event_id": string,"p_plate": unknown,"p_tenant_id": string }; Returns: string
                           },
"create_enrolment_code":
{ Args: { "p_site_id": string,"p_tenant_id": string }; Returns: Json
                           },
"end_sessions":
{ Args: { "p_session_id"?: string,"p_tenant_id": string,"p_user_id": string }; Returns: number
                           },
"erase_person":
{ Args: { "p_reference": string,"p_subject": Json,"p_tenant_id": string }; Returns: Json
                           },
"escalate_alerts":
{ Args: Record<PropertyKey, never>; Returns: number
                           },
"export_person":
{ Args: { "p_reference": string,"p_subject": Json,"p_tenant_id": string }; Returns: Json
                           },
"find_events":
{ Args: { "p_before_seq": number,"p_filter": Json,"p_limit": number,"p_tenant_id": string }; Returns: {
              "camera_id": string | null,
"created_at": string,
"event_type": string,
"gate_id": string | null,
"id": string,
"is_late": boolean,
"occurred_at": string,
"payload": NonNullable<Json>,
"plate": string | null,
"seq": number,
"site_id": string | null,
"snapshot_path": string | null,
"tenant_id": string
            }[]
                          SetofOptions: {
        from: "*"
        to: "realtime_events"
        isOneToOne: false
        isSetofReturn: true
      } },
"hand_over":
{ Args: { "p_note": string,"p_tenant_id": string }; Returns: string
                           },
"import_register":
{ Args: { "p_batch": Json,"p_tenant_id": string }; Returns: Json
                           },
"is_enrolment_good":
{ Args: { "p_code": string }; Returns: boolean
                           },
"person_summary":
{ Args: { "p_subject": Json,"p_tenant_id": string }; Returns: Json
                           },
"pictures_to_remove":
{ Args: { "p_limit": number }; Returns: string[]
                           },
"record_gate_test":
{ Args: { "p_command_id": string,"p_moved": boolean,"p_tenant_id": string }; Returns: boolean
                           },
"redeem_enrolment":
{ Args: { "p_box_name": string,"p_code": string,"p_public_key": string,"p_user_id": string }; Returns: Json
                           },
"refuse_entry":
{ Args: { "p_alert_event_id": string,"p_reason": string,"p_tenant_id": string }; Returns: string
                           },
"register_version":
{ Args: { "p_tenant_id": string }; Returns: number
                           },
"release_alert":
{ Args: { "p_alert_event_id": string,"p_tenant_id": string }; Returns: boolean
                           },
"sessions_of":
{ Args: { "p_tenant_id": string,"p_user_id": string }; Returns: Json
                           },
"set_camera_credentials":
{ Args: { "p_camera_id": string,"p_sealed": string,"p_tenant_id": string }; Returns: undefined
                           },
"set_gate_mode":
{ Args: { "p_gate_id": string,"p_mode": string,"p_reason": string,"p_tenant_id": string }; Returns: string
                           },
"site_heartbeat":
{ Args: { "p_site_id": string,"p_status": Json }; Returns: Json
                           },
"take_over":
{ Args: { "p_handover_event_id": string,"p_tenant_id": string }; Returns: string
                           },
"tenant_topic":
{ Args: { "p_tenant_id": string }; Returns: string
                           },
"vehicles_inside":
{ Args: { "p_since": string,"p_tenant_id": string }; Returns: {
              "entered_at": string,"event_id": string,"event_type": string,"gate_id": string,"opened_by": string,"person_name": string,"picture": string,"plate": string,"unit_name": string
            }[]
                           }
          }
          Enums: {
            [_ in never]: never
          }
          CompositeTypes: {
            [_ in never]: never
          }
        }
}

type DatabaseWithoutInternals = Omit<Database, '__InternalSupabase'>

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, "public">]

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    | keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
        DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])
    : never = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
      DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])[TableName] extends {
      Row: infer R
    }
    ? R
    : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
  ? (DefaultSchema["Tables"] & DefaultSchema["Views"])[DefaultSchemaTableNameOrOptions] extends {
      Row: infer R
    }
    ? R
    : never
  : never

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Insert: infer I
    }
    ? I
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
  ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Insert: infer I
    }
    ? I
    : never
  : never

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Update: infer U
    }
    ? U
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
  ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Update: infer U
    }
    ? U
    : never
  : never

export type Enums<
  DefaultSchemaEnumNameOrOptions extends
    | keyof DefaultSchema["Enums"]
    | { schema: keyof DatabaseWithoutInternals },
  EnumName extends DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"]
    : never = never
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema["Enums"]
  ? DefaultSchema["Enums"][DefaultSchemaEnumNameOrOptions]
  : never

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    | keyof DefaultSchema["CompositeTypes"]
    | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"]
    : never = never
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema["CompositeTypes"]
  ? DefaultSchema["CompositeTypes"][PublicCompositeTypeNameOrOptions]
  : never

export const Constants = {
  "public": {
          Enums: {
            
          }
        }
} as const
