-- one row is the sentence that says which detail is not where it was left; null where none is missing
select getvariable('lost_parts')
