-- 1,000 questions per request, from 16 different bodies. Argument: the path.
local requests = {}
local next_request = 0

function init(args)
  math.randomseed(20270331)
  local headers = { ["Content-Type"] = "application/json", ["Authorization"] = os.getenv("POSTERN_AUTHORIZATION") }
  for i = 1, 16 do
    local questions = {}
    for k = 1, 1000 do
      questions[k] = question()
    end
    requests[i] = wrk.format("POST", args[1], headers, '{"requests":[' .. table.concat(questions, ",") .. ']}')
  end
end

function question()
  local account = ""
  if math.random(2) == 1 then
    account = string.format('"account":"CONTOSO\\\\svc-%04d",', math.random(0, 239))
  end
  return string.format('{"address":"10.%d.%d.%d",%s"server":"ex%02d","port":25}',
    math.random(0, 3), math.random(0, 255), math.random(0, 255), account, math.random(1, 4))
end

function request()
  next_request = next_request % #requests + 1
  return requests[next_request]
end
