/** The two condominiums of a fresh installation. Names and plates are invented. */
export interface DemoVehicle {
  plate: string;
  description: string;
  kind: "sedan" | "suv" | "pickup" | "van" | "motorcycle";
  bodyColour: string;
}

interface DemoUnit {
  name: string;
  resident: string;
  phone: string;
  vehicles: DemoVehicle[];
}

export interface Condominium {
  /** Names its folders, its drawn lane and its accounts. */
  key: string;
  name: string;
  country: string;
  timeZone: string;
  utcOffset: string;
  site: string;
  gate: { name: string; kind: "isapi_barrier" | "mqtt" };
  camera: string;
  people: { role: "owner" | "admin" | "guard"; name: string; email: string }[];
  units: DemoUnit[];
  /** Passes for today: a visitor's vehicle for one of the units. */
  visitors: { name: string; unit: string; vehicle: DemoVehicle }[];
  denied: { vehicle: DemoVehicle; reason: string }[];
  /** Vehicles that nobody enrolled. */
  strangers: DemoVehicle[];
}

const GREY = "#8c9096";
const WHITE = "#e9ebee";
const BLACK = "#24262b";
const RED = "#9c2730";
const BLUE = "#2d4f86";
const GREEN = "#3f5a45";
const SILVER = "#b9bdc3";
const SAND = "#b59a6e";

const vehicle = (
  plate: string,
  kind: DemoVehicle["kind"],
  bodyColour: string,
  description: string,
): DemoVehicle => ({ plate, kind, bodyColour, description });

export const CONDOMINIUMS: readonly Condominium[] = [
  {
    key: "valle",
    name: "Residencial del Valle",
    country: "mx",
    timeZone: "America/Mexico_City",
    utcOffset: "-06:00",
    site: "Acceso principal",
    gate: { name: "Portón norte", kind: "isapi_barrier" },
    camera: "Norte · entrada",
    people: [
      { role: "admin", name: "Carmen Ortega", email: "carmen@valle.example" },
      { role: "guard", name: "Ana Ruiz", email: "ana@valle.example" },
      { role: "guard", name: "Luis Peña", email: "luis@valle.example" },
    ],
    units: [
      {
        name: "Casa 2",
        resident: "Familia Herrera",
        phone: "55 5555 0102",
        vehicles: [vehicle("RKX482A", "sedan", GREY, "Sedán gris")],
      },
      {
        name: "Casa 5",
        resident: "Gabriela Núñez",
        phone: "55 5555 0105",
        vehicles: [vehicle("NTB731C", "suv", WHITE, "Camioneta blanca")],
      },
      {
        name: "Casa 8",
        resident: "Familia Cárdenas",
        phone: "55 5555 0108",
        vehicles: [
          vehicle("PZD256E", "pickup", RED, "Pick-up roja"),
          vehicle("PZD914E", "sedan", SILVER, "Sedán plata"),
        ],
      },
      {
        name: "Casa 14",
        resident: "Familia Rojas",
        phone: "55 5555 0114",
        vehicles: [vehicle("LMV639B", "suv", BLUE, "SUV azul")],
      },
      {
        name: "Casa 19",
        resident: "Ernesto Salgado",
        phone: "55 5555 0119",
        vehicles: [vehicle("WGF175D", "sedan", BLACK, "Sedán negro")],
      },
      {
        name: "Casa 23",
        resident: "Familia Montes",
        phone: "55 5555 0123",
        vehicles: [
          vehicle("HCJ847K", "van", WHITE, "Van blanca"),
          vehicle("D47KRW", "motorcycle", RED, "Moto roja"),
        ],
      },
      {
        name: "Casa 31",
        resident: "Lucía Paredes",
        phone: "55 5555 0131",
        vehicles: [vehicle("TYR328M", "sedan", GREEN, "Sedán verde")],
      },
      {
        name: "Casa 36",
        resident: "Familia Aguirre",
        phone: "55 5555 0136",
        vehicles: [vehicle("XBN563P", "suv", SAND, "SUV arena")],
      },
    ],
    visitors: [
      {
        name: "Marta Solís",
        unit: "Casa 8",
        vehicle: vehicle("GWL294F", "sedan", SILVER, "Sedán plata"),
      },
      {
        name: "Plomería Rápida",
        unit: "Casa 31",
        vehicle: vehicle("KDH618R", "van", GREY, "Van gris"),
      },
    ],
    denied: [
      {
        vehicle: vehicle("ZVC952S", "pickup", BLACK, "Pick-up negra"),
        reason: "Intento de robo el 3 de octubre: avisar a la administración",
      },
    ],
    strangers: [
      vehicle("MPT473G", "sedan", RED, "Sedán rojo"),
      vehicle("FJX826W", "suv", BLACK, "SUV negra"),
      vehicle("BRK391T", "pickup", WHITE, "Pick-up blanca"),
      vehicle("LMV689B", "sedan", BLUE, "Sedán azul"),
      vehicle("B58WTN", "motorcycle", GREEN, "Moto de reparto"),
    ],
  },
  {
    key: "acacias",
    name: "Jardim das Acácias",
    country: "br",
    timeZone: "America/Sao_Paulo",
    utcOffset: "-03:00",
    site: "Portaria principal",
    gate: { name: "Portão principal", kind: "mqtt" },
    camera: "Entrada",
    people: [
      { role: "admin", name: "Beatriz Moraes", email: "beatriz@acacias.example" },
      { role: "guard", name: "João Batista", email: "joao@acacias.example" },
      { role: "guard", name: "Rita Campos", email: "rita@acacias.example" },
    ],
    units: [
      {
        name: "Casa 3",
        resident: "Família Andrade",
        phone: "11 5555 0103",
        vehicles: [vehicle("RHT4B72", "suv", WHITE, "SUV branco")],
      },
      {
        name: "Casa 7",
        resident: "Paulo Teixeira",
        phone: "11 5555 0107",
        vehicles: [vehicle("FKD8J35", "sedan", BLACK, "Sedã preto")],
      },
      {
        name: "Casa 11",
        resident: "Família Nogueira",
        phone: "11 5555 0111",
        vehicles: [vehicle("GZN2C64", "sedan", SILVER, "Sedã prata")],
      },
      {
        name: "Casa 12",
        resident: "Helena Duarte",
        phone: "11 5555 0112",
        vehicles: [vehicle("EVX6F91", "suv", RED, "SUV vermelho")],
      },
      {
        name: "Casa 18",
        resident: "Família Barros",
        phone: "11 5555 0118",
        vehicles: [
          vehicle("QMB3H58", "pickup", GREY, "Picape cinza"),
          vehicle("RZK2F81", "motorcycle", BLUE, "Moto azul"),
        ],
      },
      {
        name: "Casa 22",
        resident: "Tiago Lacerda",
        phone: "11 5555 0122",
        vehicles: [vehicle("SWJ7K26", "sedan", BLUE, "Sedã azul")],
      },
      {
        name: "Casa 27",
        resident: "Família Prado",
        phone: "11 5555 0127",
        vehicles: [vehicle("BPT9L43", "van", WHITE, "Van branca")],
      },
      {
        name: "Casa 30",
        resident: "Sônia Freitas",
        phone: "11 5555 0130",
        vehicles: [vehicle("DYC5M87", "suv", SAND, "SUV areia")],
      },
    ],
    visitors: [
      {
        name: "Eletricista Souza",
        unit: "Casa 12",
        vehicle: vehicle("KVR4N62", "van", GREY, "Van cinza"),
      },
      {
        name: "Cláudia Reis",
        unit: "Casa 3",
        vehicle: vehicle("HXG8P34", "sedan", RED, "Sedã vermelho"),
      },
    ],
    denied: [
      {
        vehicle: vehicle("NTF2R79", "sedan", BLACK, "Sedã preto"),
        reason: "Ex-prestador bloqueado pela assembleia",
      },
    ],
    strangers: [
      vehicle("LCW6S45", "sedan", GREY, "Sedã cinza"),
      vehicle("JBK3T98", "suv", GREEN, "SUV verde"),
      vehicle("MZP7V21", "pickup", SILVER, "Picape prata"),
      vehicle("FKD8J36", "sedan", BLACK, "Sedã preto"),
    ],
  },
];
