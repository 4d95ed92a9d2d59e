-- one row is the number of bars of one ticker that another source gave
select count(*)
from raw.bars
where ticker = $ticker and source <> $source
