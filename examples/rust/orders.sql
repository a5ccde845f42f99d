-- The shop's own table. It names the deal that holds the money of an order; who may do what with it, and where its
-- money is, only the deal says.
CREATE TABLE IF NOT EXISTS orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    deal text NOT NULL UNIQUE,
    buyer text NOT NULL,
    seller text NOT NULL,
    item text NOT NULL,
    placed_at timestamptz NOT NULL DEFAULT now()
);
