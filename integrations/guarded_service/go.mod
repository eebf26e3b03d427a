module guarded_service

go 1.21

require github.com/keycard-jwt/keycard/bindings/go v0.0.0

replace github.com/keycard-jwt/keycard/bindings/go => ../../bindings/go
